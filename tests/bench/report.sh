# The report of 10,000 sessions in a browser's form, against packing the run's journal alone. Sourced by run.sh.
# shellcheck shell=bash disable=SC2154
./runtest run pd-survives warm-reset cold-cycle --variant patched --variant unpatched --variant capdl --variant initial-task \
	--board qemu_virt_aarch64 --board qemu_virt_riscv64 --results "$work/report" >/dev/null || true
tests/browser/makeruns.py large "$(readlink -f "$work/report/latest")" "$work/report/large" "$(count 10000)"
"$bin/pairs" "$(count 20)" ./runtest report --html "$work/report/large" -- gzip -1 -k -f "$work/report/large/journal.jsonl" >"$work/report.pairs"
pairs_report "runtest report --html, $(count 10000) sessions: against gzip -1 of the journal" ms "$work/report.pairs"
