#!/usr/bin/env bash
# One end-to-end test in a shell and a folder of its own: tests/e2e/one.sh WORK FILE NAME. Prints a line, and of one that
# failed what it said; exits 0 either way, as run.sh counts the lines.
set -u
root=$PWD T=$1/$3 file=$2 name=$3
mkdir -p "$T"
begun=$(date +%s%N)
( # not in an `if`: that would take `set -e` away
	export T root
	# shellcheck source=tests/e2e/lib.sh
	. tests/e2e/lib.sh
	# shellcheck disable=SC1090
	. "$file"
	set -e
	"$name"
) >"$T.log" 2>&1
# shellcheck disable=SC2181
if [ $? -eq 0 ]; then
	echo "ok   $name $((($(date +%s%N) - begun) / 1000000)) ms" | tee "$T.ok"
	rm -rf "$T" # while others wait; all of them together in the end take most of a minute
else
	{ # in one piece: others print as well
		echo "FAIL $name"
		sed 's/^/     | /' "$T.log"
	} >"$T.said"
	cat "$T.said"
fi
