#!/bin/sh
# Puts a built tree where it is used from: `make install` calls it. Usage: tools/install.sh PREFIX FILE.so...
# DESTDIR: a folder in front of PREFIX, for packages. The layout is in docs/install.md; harness/util/share.c and module.c find it.
set -eu
cd "${0%/*}/.."

prefix=${1:?which PREFIX?}
shift
case $prefix in
/*) ;;
*)
	echo "install: PREFIX is a path from the root on, not '$prefix'" >&2
	exit 2
	;;
esac
to=${DESTDIR-}$prefix

# put MODE FILE FOLDER [NAME]
put() {
	install -D -m "$1" "$2" "$to/$3/${4:-${2##*/}}"
}

# tree FOLDER TO: all of it but what was built in it.
tree() {
	find "$1" -name build -prune -o -type f ! -name '*.o' ! -name .gitignore -print | while read -r file; do
		mode=644
		[ ! -x "$file" ] || mode=755
		install -D -m "$mode" "$file" "$to/$2/$file"
	done
}

# completion SHELL FOLDER NAME: completion is the program's own word, where it has one.
completion() {
	mkdir -p "$to/$2"
	./runtest completion "$1" >"$to/$2/$3"
	chmod 644 "$to/$2/$3"
}

put 755 runtest bin
rm -rf "${to:?}/libexec/runtest" "$to/share/runtest" "$to/share/doc/runtest/docs" # nothing of an older version stays
for module; do
	put 644 "$module" libexec/runtest
done

for folder in images boards scenarios contrib/project; do
	tree "$folder" share/runtest
done
for schema in build/schemas/*.schema.json; do
	put 644 "$schema" share/runtest/schemas
done

put 644 README.md share/doc/runtest
tree docs share/doc/runtest
for folder in github gitlab jenkins nightly systemd; do
	tree "contrib/$folder" share/doc/runtest
done

for page in build/man/*.1; do
	[ ! -f "$page" ] || put 644 "$page" share/man/man1
done
if ./runtest --help | grep -q '^  completion '; then
	completion bash share/bash-completion/completions runtest
	completion zsh "${ZSH_COMPLETIONS:-share/zsh/site-functions}" _runtest
	completion fish share/fish/vendor_completions.d runtest.fish
fi
