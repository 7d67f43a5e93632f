#!/usr/bin/env bash
# Tests of the pages in a browser: tests/browser/run.sh [PATTERN...]. Needs Debian's chromium, nodejs and npm (tools/deps/all.txt).
# Runs are made once below build/browser, and again when runtest is newer than they are.
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
NODE_PATH=$work/node_modules exec node tests/browser/run.js "$work" "$@"
