#!/bin/sh
# Makes a Debian package of the files as they are here: `make deb` calls it. Usage: tools/deb.sh VERSION
# They are copied to build/deb/runtest, with contrib/debian in the place where Debian's tools want it, and built there.
# DEBFULLNAME and DEBEMAIL, or else git's user, say who makes the package. Prints the package's path.
set -eu
cd "${0%/*}/.."

version=${1:?which VERSION?}
stage=build/deb/runtest
log=build/deb/build.log

in_git() {
	[ "$(git rev-parse --show-toplevel 2>/dev/null)" = "$(pwd -P)" ]
}

# All files but tests; what git ignores, and what it is told of nowhere, stays out where there is a git.
list() {
	if in_git; then
		git ls-files --cached --others --exclude-standard
	else
		find . -mindepth 1 \( -path ./build -o -path ./results -o -path ./runtest -o -name .git \) -prune -o -type f -print
	fi | grep -Ev '^(\./)?(tests|contrib/debian)/' | while read -r file; do
		[ ! -f "$file" ] || printf '%s\n' "$file"
	done
}

# A later commit is a later version.
if in_git; then
	date=$(git log -1 --format=%cd --date=rfc2822)
	version=$version+git$(TZ=UTC git log -1 --format=%cd --date=format-local:%Y%m%d%H%M%S).$(git rev-parse --short=8 HEAD)
	[ -z "$(git status --porcelain)" ] || version=$version+changed
	name=$(git config user.name || true) mail=$(git config user.email || true)
else
	date=$(date -R -r Makefile)
fi
name=${DEBFULLNAME-${name-}} mail=${DEBEMAIL-${mail-}}
maintainer="${name:-$(id -un)} <${mail:-$(id -un)@$(hostname)}>"

command -v dh >/dev/null && command -v dpkg-buildpackage >/dev/null || {
	echo "deb: needed are debhelper and dpkg-dev (\`make deps-all\` installs them)" >&2
	exit 1
}

# What is compiled and linked against, and no more than that.
build_depends=$(sed -n 's/^\([a-z0-9.+-]*-dev\) .*/ \1,/p' tools/deps/base.txt | grep -Ev ' (libc6|libsubunit)-dev' | tr -d '\n')

rm -rf build/deb
mkdir -p $stage
list | tar -cf - --no-recursion -T - | tar -xf - -C $stage
cp -r contrib/debian $stage/debian
sed -i "s|@MAINTAINER@|$(printf %s "$maintainer" | sed 's/[&|\\]/\\&/g')|; s|@BUILD_DEPENDS@|$build_depends|" $stage/debian/control
cat >$stage/debian/changelog <<END
runtest ($version) unstable; urgency=medium

  * Built from a checkout.

 -- $maintainer  $date
END

# What this machine's compiler cache has need not be compiled again; what our make was told is not for that one.
unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR PREFIX MODE
[ ! -d /usr/lib/ccache ] || PATH=/usr/lib/ccache:$PATH
export PATH
(cd $stage && DEB_BUILD_OPTIONS="${DEB_BUILD_OPTIONS:+$DEB_BUILD_OPTIONS }parallel=$(nproc)" dpkg-buildpackage --no-sign --build=binary) >$log 2>&1 || {
	tail -n 30 $log >&2
	echo "deb: that failed; all of it is in $log" >&2
	exit 1
}
ls build/deb/runtest_*.deb
