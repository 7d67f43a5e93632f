#!/usr/bin/env bash
# End-to-end tests: every function test_* of every tests/e2e/*_test.sh, each in a shell and a folder of its own.
# Usage: tests/e2e/run.sh [PATTERN...]    only tests whose FILE:NAME matches one of the globs
# PICK=long: the functions long_* instead, which take too much of a newcomer's time.
# TESTS=tests/lab: those there instead, which need the servers that labs have (tools/deps/all.txt); tests/matrix: those that
# go through all combinations.
set -u
cd "$(dirname "$0")/../.."
root=$PWD
passed=0
failed=0
work=$(mktemp -d "${TMPDIR:-/tmp}/runtest-e2e.XXXXXX")
trap 'rm -rf "$work"' EXIT

wanted() {
	[ $# -gt 1 ] || return 0
	local name=$1 glob
	shift
	for glob; do
		# shellcheck disable=SC2053 # a glob is meant
		[[ $name == $glob ]] && return 0
	done
	return 1
}

for file in "${TESTS:-tests/e2e}"/*_test.sh; do
	names=$(sed -n "s/^\\(${PICK:-test}_[a-z0-9_]*\\)() {.*/\\1/p" "$file")
	for name in $names; do
		wanted "$(basename "$file" .sh):$name" "$@" || continue
		T=$work/$name
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
			passed=$((passed + 1))
			echo "ok   $name ($((($(date +%s%N) - begun) / 1000000)) ms)"
		else
			failed=$((failed + 1))
			echo "FAIL $name"
			sed 's/^/     | /' "$T.log"
		fi
	done
done
echo "end-to-end: $passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
