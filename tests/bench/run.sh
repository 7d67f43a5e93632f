#!/usr/bin/env bash
# The figures of docs/benchmarks.md: every one against something in the same run, with median and spread.
# Usage: tests/bench/run.sh BENCH_PROGRAMS_FOLDER    (BENCH_SCALE=N divides the counts, for a quick look)
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$1
scale=${BENCH_SCALE:-1}
work=$(mktemp -d "${TMPDIR:-/tmp}/runtest-bench.XXXXXX")
# What a part of it has started (a lab, boards that talk) goes first.
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work" || true' EXIT
board=qemu_virt_aarch64
last='MON|INFO: system is up'

count() {
	echo $((($1 + scale - 1) / scale))
}

# pairs_report NAME UNIT FILE: columns A and B; their medians and quartiles, and the ratio pair by pair.
pairs_report() {
	python3 - "$@" <<'PY'
import statistics as st, sys
name, unit, path = sys.argv[1:4]
rows = [tuple(map(float, l.split())) for l in open(path)]
a, b = [r[0] for r in rows], [r[1] for r in rows]
def q(x):
    s = sorted(x)
    return f"{st.median(x):8.2f}  [{s[len(s)//4]:.2f} .. {s[3*len(s)//4]:.2f}]"
ratio = [x / y for x, y in rows if y] or [float("nan")] # too little to be measured
diff = [x - y for x, y in rows]
print(f"\n{name}   (n = {len(rows)})")
print(f"  runtest    {q(a)} {unit}")
print(f"  reference  {q(b)} {unit}")
print(f"  ratio      {q(ratio)}      difference {q(diff)} {unit}")
PY
}

echo "== machine: $(nproc) processors, $(qemu-system-aarch64 --version | head -1)"

"$bin/pairs" "$(count 200)" ./runtest --help -- /bin/true >"$work/start"
pairs_report "start: runtest --help against /bin/true" ms "$work/start"

./runtest build >/dev/null
"$bin/pairs" "$(count 100)" ./runtest build -- /bin/true >"$work/build"
pairs_report "nothing to build: runtest build against /bin/true" ms "$work/build"

./runtest pd-survives --variant patched --board "$board" --results "$work/r" >/dev/null
image=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["sessions"][0]["paths"]["image"])' \
	"$work/r/latest/results.json")
# The same machine, as somebody would start it by hand.
qemu=(qemu-system-aarch64 -no-user-config -nodefaults -display none -nic none -machine virt,virtualization=on
	-cpu cortex-a53 -m 2G -serial stdio -device "loader,file=$image,addr=0x70000000,cpu-num=0")
session=(./runtest pd-survives --variant patched --board "$board" --results "$work/r" --jobs 1)

# One session at a time: from exec of QEMU to the verdict, both witnesses heard, against exec to the last text.
rounds=$(count 60)
for _ in $(seq "$rounds"); do
	"${session[@]}" >/dev/null
	ours=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["sessions"][0]["boot_us"] / 1000)' \
		"$work/r/latest/results.json")
	theirs=$("$bin/reference" 1 1 "$last" "${qemu[@]}" 2>/dev/null | cut -d' ' -f1)
	echo "$ours $theirs"
done >"$work/session"
pairs_report "a session: exec of QEMU to verdict, memory witness included" ms "$work/session"

# What sampling memory for the survival map costs a boot: the same session with and without, in turns.
boot_ms() {
	"${session[@]}" "$@" >/dev/null
	python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["sessions"][0]["boot_us"] / 1000)' \
		"$work/r/latest/results.json"
}
for _ in $(seq "$(count 100)"); do
	mapped=$(boot_ms)
	echo "$mapped $(boot_ms --no-map)"
done >"$work/map"
pairs_report "the survival map: a boot that is sampled against one that is not (--no-map)" ms "$work/map"

# And where every processor is busy with machines: boots per second, two at a time.
boots=$(count 100)
for _ in $(seq "$(count 10)"); do
	"$bin/pairs" 1 "${session[@]}" --jobs 2 --repeat "$boots" -- "${session[@]}" --jobs 2 --repeat "$boots" --no-map |
		awk -v n="$boots" '{ printf "%.3f %.3f\n", n * 1000 / $1, n * 1000 / $2 }'
done >"$work/mapped-throughput"
pairs_report "throughput with the survival map against --no-map: --repeat $boots --jobs 2, boots per second" "/s" \
	"$work/mapped-throughput"

# The whole program for one session: project read, build checked, journal synced, reports written.
"$bin/pairs" "$(count 60)" "${session[@]}" -- "$bin/reference" 1 1 "$last" "${qemu[@]}" >"$work/whole"
pairs_report "the whole program for one session, to its exit" ms "$work/whole"

# Throughput: boots per second, two at a time.
boots=$(count 200)
for _ in 1 2 3 4 5; do
	"$bin/pairs" 1 ./runtest pd-survives --variant patched --board "$board" --results "$work/r" --jobs 2 \
		--repeat "$boots" -- "$bin/reference" "$boots" 2 "$last" "${qemu[@]}" |
		awk -v n="$boots" '{ printf "%.3f %.3f\n", n * 1000 / $1, n * 1000 / $2 }'
done >"$work/throughput"
pairs_report "throughput: --repeat $boots --jobs 2, boots per second" "/s" "$work/throughput"

# What the memory witness costs a restart: restart-reloads against the same without looks, one restart each.
restarts=$(count 300)
restart_ms() {
	./runtest "$@" --variant restart-reload --board "$board" --set "restarts=$restarts" --results "$work/r" --jobs 1 \
		>/dev/null 2>&1
	python3 - "$work/r/latest/results.json" "$restarts" <<'PY'
import json, sys
phases = json.load(open(sys.argv[1]))["sessions"][0]["phases"]
p = next(p for p in phases if p["name"] == "restarts")
print((p["end_ms"] - p["start_ms"]) / int(sys.argv[2]))
PY
}
for _ in $(seq "$(count 12)"); do
	watched=$(restart_ms restart-reloads)
	echo "$watched $(restart_ms --project tests/projects/bench restart-unwatched)"
done >"$work/restarts"
pairs_report "a restart: with the memory witness against without" ms "$work/restarts"

# A console that is flooded: what its pty gives, and what is left of that with 64 denied patterns.
for _ in $(seq "$(count 10)"); do
	"$bin/flood" 64 64 0
done >"$work/flood"
awk '{ print $1, $3 }' "$work/flood" >"$work/flood-wall"
awk '{ print $2, $4 }' "$work/flood" >"$work/flood-processor"
pairs_report "a flooded pty, read and matched with 64 patterns, against read alone: MB a second" MB/s "$work/flood-wall"
pairs_report "  the same, for each second of the reader's processor time" MB/s "$work/flood-processor"

# A long history: getting runs into it, and asking it.
printf '\na history of %s sessions, in SQLite\n' "$(count 1000000)"
RUNTEST_LIBEXEC=$(dirname "$bin")/libexec "$bin/history" "$work/h" "$(count 1000000)" "$(count 10000)"
rm -rf "$work/h"

# shellcheck source=tests/bench/sessions.sh
. tests/bench/sessions.sh
sessions_bench

# shellcheck source=tests/bench/lab.sh
. tests/bench/lab.sh
# shellcheck source=tests/bench/consoles.sh
. tests/bench/consoles.sh
lab_bench
consoles_bench "$work/l/latest/results.json" 64 "$(count 5)"
consoles_bench "$work/l/latest/results.json" 256 "$(count 3)"

# shellcheck source=tests/bench/waiters.sh
. tests/bench/waiters.sh
waiters_bench

# A quick look at the figures leaves the matrix out, which has no counts to divide.
[ "$scale" -ge 10 ] || {
# The whole matrix, in turns with the same sessions booted raw, typing what was typed (tests/bench/rawboots.c). Of each
# the wall time, and the processor time of all processes, which shows other work on the machine.
./runtest build >/dev/null 2>&1
TIMEFORMAT='%R %U %S'
for _ in 1 2; do
	rm -rf "$work/r"
	{ time ./runtest run '*' --results "$work/r" >/dev/null 2>&1; } 2>"$work/ours" || true
	python3 tests/bench/rawlist.py "$work/r/latest/results.json" >"$work/rawlist"
	{ time "$bin/rawboots" "$(nproc)" 60 <"$work/rawlist" >"$work/booted" 2>"$work/missing"; } 2>"$work/raw" || true
	cat "$work/missing" >&2
	paste -d' ' "$work/ours" "$work/raw" "$work/booted"
done >"$work/matrix"
python3 - "$work/r/latest/results.json" "$work/matrix" "$(nproc)" <<'PY'
import json, sys
sessions = json.load(open(sys.argv[1]))["sessions"]
rounds, cores = [list(map(float, l.split())) for l in open(sys.argv[2])], int(sys.argv[3])
machines = sum(s["machine_us"] for s in sessions) / 1e6 / cores
bad = [s["session"] for s in sessions if s["verdict"] not in ("pass", "expected-fail", "skipped")]
print(f"\nthe whole matrix: {len(sessions)} sessions, {cores} at a time; wall time (processor time)")
for wall, user, system, raw, raw_user, raw_system, _, booted, of in rounds:
    cpu, raw_cpu = user + system, raw_user + raw_system
    print(f"  runtest {wall:7.2f} s ({cpu:.1f})   raw boots {raw:7.2f} s ({raw_cpu:.1f})   "
          f"ratio {wall / raw:.2f} ({cpu / raw_cpu:.2f})   {booted:.0f} of {of:.0f} booted raw")
print(f"  processor time of QEMU / {cores} cores, last round: {machines:.2f} s   ratio {rounds[-1][0] / machines:.2f}")
for name in bad:
    print("  not as demanded:", name)
PY
}

# shellcheck source=tests/bench/report.sh
. tests/bench/report.sh

# shellcheck source=tests/bench/slurm.sh
. tests/bench/slurm.sh

if [ -x "$bin/match_bench" ]; then
	echo
	"$bin/match_bench"
fi
