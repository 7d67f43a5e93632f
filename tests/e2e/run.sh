#!/usr/bin/env bash
# End-to-end tests: every function test_* of every tests/e2e/*_test.sh, each in a shell and a folder of its own.
# Usage: tests/e2e/run.sh [PATTERN...]    only tests whose FILE:NAME matches one of the globs
# PICK=long: the functions long_* instead, which take too much of a newcomer's time.
# TESTS=tests/lab: those there instead, which need the servers that labs have (tools/deps/all.txt); tests/matrix: those that
# go through all combinations. JOBS=N: so many at a time; without it one more than there are cores, as many wait for
# deadlines to pass, and of TESTS one.
set -u
cd "$(dirname "$0")/../.."
tests=${TESTS:-tests/e2e}
jobs=${JOBS:-$([ -n "${TESTS:-}" ] && echo 1 || echo $(($(nproc) + 1)))}
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

for file in "$tests"/*_test.sh; do
	for name in $(sed -n "s/^\\(${PICK:-test}_[a-z0-9_]*\\)() {.*/\\1/p" "$file"); do
		wanted "$(basename "$file" .sh):$name" "$@" && echo "$work $file $name"
	done
done >"$work/list"

# Not the shell's own background jobs: those would be deaf to SIGINT, and so would be what they start.
xargs -r -n 3 -P "$jobs" tests/e2e/one.sh <"$work/list"
all=$(wc -l <"$work/list")
passed=$(find "$work" -maxdepth 1 -name '*.ok' | wc -l)
echo "end-to-end: $passed passed, $((all - passed)) failed"
[ "$passed" -eq "$all" ] && [ "$passed" -gt 0 ]
