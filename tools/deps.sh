#!/bin/sh
# Installs the Debian packages that are missing: `tools/deps.sh base` for make run and make check, `tools/deps.sh all`
# for make check-all.
# As root, or in CI (CI=true), at once; otherwise it shows the command and asks. Says nothing when nothing is missing.
# What fails for the moment (another apt, a mirror) is tried again, after the seconds that stand in DEPS_PAUSES.
# Exit status: 0 everything is there; 1 something is still missing; 2 usage.
# Lists of words are split on purpose, and the distribution says what it is in a file of shell variables.
# shellcheck disable=SC1090,SC2086
set -eu

lists=${0%/*}/deps
os_release=${OS_RELEASE:-/etc/os-release}

case ${1-} in
base) files="$lists/base.txt" ;;
all) files="$lists/base.txt $lists/all.txt" ;;
*)
	echo 'usage: tools/deps.sh base|all' >&2
	exit 2
	;;
esac

say() {
	printf 'deps: %s\n' "$*" >&2
}

# Package names of all lists, one a line.
wanted=
for file in $files; do
	while read -r package _; do
		case $package in
		'' | '#'*) ;;
		*) wanted="$wanted $package" ;;
		esac
	done <"$file"
done

is_debian() {
	(. "$os_release" && case " ${ID-} ${ID_LIKE-} " in *' debian '* | *' ubuntu '*) exit 0 ;; *) exit 1 ;; esac) \
		2>/dev/null && command -v apt-get >/dev/null && command -v dpkg-query >/dev/null
}

if ! is_debian; then
	say "this is neither Debian nor Ubuntu; needed are what these Debian 12 packages bring:"
	cat $files >&2
	say "\`./runtest doctor\` says which of them lack, once it is built"
	exit 1
fi

# One question to dpkg for all of them; it complains about those it has never heard of.
have=$(dpkg-query -W -f ' ${Package}:${db:Status-Status} ' $wanted 2>/dev/null || true)
missing=
for package in $wanted; do
	case $have in
	*" $package:installed "*) ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

# What an installed package says that it provides is there, too: other people's nodejs has npm in it, and conflicts with
# Debian's.
provided=$(dpkg-query -W -f '${db:Status-Status} ${Provides}\n' 2>/dev/null | sed -n 's/^installed //p' |
	sed 's/([^)]*)//g' | tr -d ' ' | tr ',\n' '  ')
wanted=$missing
missing=
for package in $wanted; do
	case " $provided " in
	*" $package "*) ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

uid=$(id -u)
become=
[ "$uid" = 0 ] || become=sudo
command="${become:+$become }apt-get install -y --no-install-recommends$missing"

if [ "$uid" != 0 ] && [ "${CI-}" = true ]; then
	become='sudo -n'
elif [ "$uid" != 0 ]; then
	say "missing:$missing"
	say "to install: $command"
	command -v sudo >/dev/null || say "there is no sudo here: become root first"
	if ! [ -t 0 ] || ! [ -t 2 ]; then
		say "nobody to ask here: run that command, then try again"
		exit 1
	fi
	printf 'deps: run it now? [y/N] ' >&2
	read -r answer || answer=
	case $answer in
	[yY] | [yY][eE][sS]) ;;
	*) exit 1 ;;
	esac
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT

apt() {
	$become env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 \
		-o Dpkg::Use-Pty=0 "$@" >>"$log" 2>&1
}

# The package lists are fetched only when those at hand do not do: there are none, or they are too old.
install_missing() {
	: >"$log"
	apt install -y --no-install-recommends $missing && return 0
	: >"$log"
	apt update && apt install -y --no-install-recommends $missing
}

# What passes by itself: somebody else's apt (the lock of the lists is one that it does not wait for), a mirror that is being
# changed, a name server that is slow.
passes() {
	grep -qE 'Could not get lock|Unable to lock|Unable to acquire|Failed to fetch|Unable to fetch|Could not (connect|resolve)' "$log" ||
		grep -qE 'Temporary failure|Connection (failed|timed out|reset)|Hash Sum mismatch|unexpected size' "$log"
}

say "installing:$missing"
for pause in ${DEPS_PAUSES-5 20 60} ''; do
	install_missing && exit 0
	if [ -z "$pause" ] || ! passes; then
		cat "$log" >&2
		say "that failed; by hand: $command"
		exit 1
	fi
	say "that failed for now, once more in $pause s: $(grep -m 1 '^[EW]: ' "$log" || tail -n 1 "$log")"
	sleep "$pause"
done
