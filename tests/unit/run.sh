#!/usr/bin/env bash
# All suites of a unit test program, dealt out to as many processes as there are cores; each prints Check's own summary.
set -euo pipefail
program=$1 parts=$(nproc)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

for ((part = 1; part <= parts; part++)); do
	"$program" --part "$part/$parts" >"$out/$part" 2>&1 </dev/null &
	pids[part]=$!
done
failed=0
for ((part = 1; part <= parts; part++)); do
	wait "${pids[part]}" || failed=1
	grep -v '^ ' "$out/$part" || true # one line a suite
done
exit "$failed"
