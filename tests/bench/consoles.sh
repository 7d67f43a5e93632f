# What many consoles at 115,200 baud cost: sourced by run.sh, which has $work, $bin, count and pairs_report.
# shellcheck shell=bash disable=SC2154

# farm_make: a project with a board unit for each console, and a scenario that listens for a text that never comes.
farm_make() {
	mkdir -p "$farm/boards/units" "$farm/scenarios" "$farm/state"
	ln -s "$PWD/boards/kinds" "$PWD/boards/markers" "$farm/boards/"
	ln -s "$PWD/images" "$PWD/build" "$farm/"
	for i in $(seq 0 $((consoles - 1))); do
		cat >"$farm/boards/units/farm-$i.yaml" <<-YAML
			unit: farm-$i
			kind: lab_virt_riscv64
			console: {tty: {device: $farm/tty$i, baud: 115200}}
			power:
			  silence: 100ms
			  exec:
			    on: [sh, -c, "echo on $i >$farm/power"]
			    off: [sh, -c, "echo off $i >$farm/power"]
			load: {disk: {}, prepare: [], load: "load {address} {file}"}
		YAML
	done
	cat >"$farm/scenarios/listen.yaml" <<-YAML
		scenario: listen
		about: listens to a board that talks
		deadline: 30m
		answers: markers
		phases:
		  - phase: all
		    deadline: 30m
		    steps:
		      - expect: 'a text that never comes'
		variants:
		  patched-uboot: pass
	YAML
	image=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["sessions"][0]["paths"]["image"])' "$1")
	"$bin/consoles" talk "$consoles" "$farm" "$(python3 -c 'import sys, zlib
print(f"{zlib.crc32(open(sys.argv[1], chr(114) + chr(98)).read()):08x}")' "$image")" >"$work/lost" &
	talker=$!
	until [ -p "$farm/power" ]; do
		kill -0 "$talker"
		sleep 0.1
	done
}

# processor_percent PID SECONDS: what the children of a process take of one processor meanwhile, and bytes a second each.
processor_percent() {
	python3 - "$1" "$2" "$consoles" <<'PY'
import os, sys, time
parent, seconds, wanted = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
pids = open(f"/proc/{parent}/task/{parent}/children").read().split()
assert len(pids) == wanted, f"{len(pids)} readers, not {wanted}"
def look():
    busy = sum(int(open(f"/proc/{p}/schedstat").read().split()[0]) for p in pids + [parent])
    return time.monotonic(), busy, sum(int(open(f"/proc/{p}/io").readline().split()[1]) for p in pids)
a = look(); time.sleep(seconds); b = look()
passed = b[0] - a[0]
print(f"{(b[1] - a[1]) / 1e7 / passed:.3f}", f"{(b[2] - a[2]) / passed / wanted:.0f}")
PY
}

# The text is heard by all of them when their logs grow.
all_talk() {
	[ "$(find "$work/c/" -name console.log -size +40k | wc -l)" -eq "$consoles" ]
}

farm_sessions() {
	rm -rf "$work/c"
	RUNTEST_STATE=$farm/state ./runtest --project "$farm" run listen --variant patched-uboot --board 'farm-*' --jobs "$consoles" \
		--results "$work/c" >"$work/c.out" 2>&1 &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		if all_talk 2>/dev/null; then
			processor_percent "$pid" "$1" >"$work/percent"
			kill "$pid"
			wait "$pid" || true
			return 0
		fi
		sleep 0.1
	done
	tail -20 "$work/c.out" >&2
	return 1
}

farm_bare() {
	"$bin/consoles" read "$consoles" "$farm" &
	pid=$!
	until [ "$(find "$farm" -maxdepth 1 -name 'read*' | wc -l)" -eq "$consoles" ]; do
		kill -0 "$pid"
		sleep 0.1
	done
	for i in $(seq 0 $((consoles - 1))); do echo "read $i"; done >"$farm/power"
	sleep 1
	processor_percent "$pid" "$1" >"$work/percent-bare"
	for i in $(seq 0 $((consoles - 1))); do echo "off $i"; done >"$farm/power"
	kill "$pid"
	wait "$pid" 2>/dev/null || true
	rm -f "$farm"/read*
}

# consoles_bench RESULTS_JSON CONSOLES ROUNDS: of a session that has the image.
consoles_bench() {
	consoles=$2
	farm=$work/farm-$consoles
	farm_make "$1"
	for _ in $(seq "$3"); do
		farm_bare 3
		farm_sessions 3
		paste -d' ' "$work/percent" "$work/percent-bare"
	done >"$work/consoles"
	kill "$talker"
	wait "$talker" || true
	awk '{ print $1, $3 }' "$work/consoles" >"$work/consoles-pairs"
	pairs_report "$consoles consoles at 115,200 baud, a session each: part of one processor, against bare readers" % "$work/consoles-pairs"
	awk -v lost="$(cat "$work/lost")" '{ a += $2; b += $4 } END {
		printf "  bytes a second and console: %.0f, bare %.0f; lost: %d\n", a / NR, b / NR, lost }' "$work/consoles"
}
