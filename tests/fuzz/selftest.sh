#!/usr/bin/env bash
# Usage: selftest.sh PROGRAM    does the driver find what tests/fuzz/planted.c has in it, and nothing where nothing is?
set -uo pipefail
program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$program" "$folder/planted" || exit 2
failed=0

wrong() {
	echo "fuzz-selftest: $*" >&2
	failed=1
}

# plant NAME KIND    a mistake that must leave planted.KIND, which shows it again
# Only a hang is waited for with little processor time: to report a crash may take more than that.
plant() {
	local name=$1 kind=$2 kept=$folder/planted.$2
	if [[ $kind = hang ]]; then export FUZZ_CPU_SECONDS=1; else unset FUZZ_CPU_SECONDS; fi
	rm -f "$folder"/planted.*
	if FUZZ_PLANT=$name "$folder/planted" 20000 >"$folder/out" 2>&1; then
		wrong "$name was not found"
		return
	fi
	[[ $(head -c 5 "$kept" 2>/dev/null) == plant ]] || wrong "$name: no input was kept as planted.$kind"
	grep -qxF "    $folder/planted $kept" "$folder/out" || wrong "$name: no command to see it again"
	if FUZZ_PLANT=$name "$folder/planted" "$kept" >"$folder/again" 2>&1; then
		wrong "$name: the kept input does not show it again"
	fi
}

plant overflow crash
plant sum crash
plant abort crash
plant greed crash
plant leak leak
plant hang hang

rm -f "$folder"/planted.*
unset FUZZ_CPU_SECONDS
FUZZ_PLANT=nothing "$folder/planted" 20000 >"$folder/out" 2>&1 || wrong "something was found where nothing is"
[[ -z $(find "$folder" -name 'planted.*') ]] || wrong "an input was kept where nothing is"
[[ $failed = 0 ]] && echo "fuzz-selftest: 6 planted mistakes found"
exit "$failed"
