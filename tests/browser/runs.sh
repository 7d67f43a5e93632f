#!/usr/bin/env bash
# Real runs for the browser tests and the pictures: tests/browser/runs.sh FOLDER
# FOLDER/results/passing: the scenarios as they are. FOLDER/results/failing: the same in a project that is wrong about its variants:
# it takes unpatched kernels for good ones (they fail), a good one for a control (vacuous), and waits for a text that nobody prints
# (for some seconds, in which the text before it must come).
# FOLDER/results/hostile and large: made from it (makeruns.py), the latter of LARGE sessions, one with a console of LARGE_CONSOLE_MIB.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
to=$(realpath -m "$1")
project=$to/project
mkdir -p "$to/results" "$project/scenarios"
export RUNTEST_STATE=$to/farm-state

boards=(--board qemu_virt_aarch64 --board qemu_virt_aarch64_el1 --board qemu_virt_riscv64)
ln -sfn "$root/boards" "$project/boards"
ln -sfn "$root/images" "$project/images"
sed -e 's/unpatched: {fails-with: pd-code-cleared}/unpatched: pass/' -e 's/unpatched-table: {.*/unpatched-table: pass/' \
	-e 's/capdl: pass/capdl: {fails-with: pd-code-cleared}/' scenarios/pd-survives.yaml >"$project/scenarios/pd-survives.yaml"
sed -e 's/^scenario: .*/scenario: says-goodbye/' -e '/phase: alive/,/deadline:/s/deadline: .*/deadline: 8s/' \
	-e "s/- expect: 'MON.|INFO: system is up'/- expect: 'MON\\\\|INFO: goodbye'/" \
	-e '/^variants:/,$d' scenarios/pd-survives.yaml >"$project/scenarios/says-goodbye.yaml"
printf 'variants:\n  patched: pass\n' >>"$project/scenarios/says-goodbye.yaml"
mkdir -p "$root/build/cache" "$project/build"
ln -sfn "$root/build/cache" "$project/build/cache"

run() {
	local name=$1 where=$2 status=0
	shift 2
	rm -rf "$to/results/$name"
	# From there, so that the command that pages show names no folder of this machine.
	(cd "$to" && "$root/runtest" --project "$where" run "$@" --results results >"$name.out" 2>"$name.err") || status=$?
	# Run ids are times; these runs have names.
	mv "$(readlink -f "$to/results/latest")" "$to/results/$name"
	return "$status"
}

variants=(--variant patched --variant unpatched --variant capdl --variant initial-task --variant unpatched-table)
run passing "$root" "${variants[@]}" "${boards[@]}" pd-survives warm-reset cold-cycle
if run failing "$project" "${variants[@]}" "${boards[@]}" pd-survives says-goodbye; then
	exit 1
fi
tests/browser/makeruns.py hostile "$to/results/failing" "$to/results/hostile"
tests/browser/makeruns.py large "$to/results/failing" "$to/results/large" "${LARGE:-10000}" "${LARGE_CONSOLE_MIB:-50}"
