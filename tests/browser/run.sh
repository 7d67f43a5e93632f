#!/usr/bin/env bash
# Tests of the pages in a browser: tests/browser/run.sh [PATTERN...]. Needs Debian's chromium, nodejs and npm (tools/deps/all.txt).
# With --pictures it makes those of docs/report.md again instead. Runs are made once below build/browser, and again when runtest is newer than they are.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$PWD/build/browser
mkdir -p "$work"
tests/browser/packages.sh "$work"
if [ ! -e "$work/made" ] || [ runtest -nt "$work/made" ] || [ tests/browser/runs.sh -nt "$work/made" ]; then
	tests/browser/runs.sh "$work"
	touch "$work/made"
fi
for run in passing failing hostile large; do
	./runtest report --html --results "$work/results" "$run" >/dev/null
done
export NODE_PATH=$work/node_modules
if [ "${1-}" = --pictures ]; then
	exec node tests/browser/pictures.js "$work" docs/pictures
fi
exec node tests/browser/run.js "$work" "$@"
