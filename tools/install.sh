#!/bin/sh
# Puts a built tree where it is used from: `make install` calls it. Usage: tools/install.sh PREFIX FILE.so...
# DESTDIR: a folder in front of PREFIX, for packages. The layout is in docs/install.md; harness/util/share.c and module.c find it.
set -eu
cd "${0%/*}/.."
umask 022 # what is installed is for everybody

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
	mkdir -p "$to/$2"
	tar -cf - --exclude=build --exclude='*.o' --exclude=.gitignore --mode=u=rwX,go=rX "$1" |
		tar -xmf - --no-same-owner -C "$to/$2"
}

# completion SHELL FOLDER NAME
completion() {
	mkdir -p "$to/$2"
	./runtest completion "$1" >"$to/$2/$3"
}

put 755 runtest bin
rm -rf "${to:?}/libexec/runtest" "$to/share/runtest" "$to/share/doc/runtest/docs" # nothing of an older version stays
install -D -m 644 -t "$to/libexec/runtest" "$@"

for folder in images boards scenarios contrib/project; do
	tree "$folder" share/runtest
done
install -D -m 644 -t "$to/share/runtest/schemas" build/schemas/*.schema.json

put 644 README.md share/doc/runtest
tree docs share/doc/runtest
for folder in github gitlab jenkins nightly systemd; do
	tree "contrib/$folder" share/doc/runtest
done

# Manual pages and completion are the program's own words.
if ./runtest --help | grep -q '^  man '; then
	mkdir -p "$to/share/man/man1"
	./runtest man >"$to/share/man/man1/runtest.1"
	./runtest completion --answer -- man '' | cut -f 1 | while read -r command; do
		./runtest man "$command" >"$to/share/man/man1/runtest-$command.1"
	done
fi
if ./runtest --help | grep -q '^  completion '; then
	completion bash share/bash-completion/completions runtest
	completion zsh "${ZSH_COMPLETIONS:-share/zsh/site-functions}" _runtest
	completion fish share/fish/vendor_completions.d runtest.fish
fi
