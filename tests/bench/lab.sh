# The figures that need a lab: sourced by run.sh, which has $work, $bin, count and pairs_report.
# shellcheck shell=bash disable=SC2154

unit="lab-rv64-go" # its console is raw TCP, which a script can open by itself

# lab_up: a lab of our own; $lab is its name, and it goes with this shell.
lab_up() {
	export RUNTEST_STATE=$work/state
	mkdir "$RUNTEST_STATE"
	lab=bench$$
	./runtest lab --id "$lab" >"$work/lab.out" 2>&1 &
	lab_pid=$!
	while kill -0 "$lab_pid" 2>/dev/null; do
		if grep -qs '^lab ready' "$work/lab.out"; then
			return 0
		fi
		sleep 0.1
	done
	cat "$work/lab.out" >&2
	return 1
}

# lab_session: the session; its milliseconds from power-on to the last text, and to the verdict.
lab_session() {
	./runtest pd-survives --variant patched-uboot --board "$unit" --lab "$lab" --jobs 1 --results "$work/l" >/dev/null 2>&1
	python3 - "$work/l/latest/results.json" <<'PY'
import json, sys
s = json.load(open(sys.argv[1]))["sessions"][0]
assert s["verdict"] == "pass", s["why"]
print(s["phases"][-1]["end_ms"], s["boot_us"] / 1000)
PY
}

# byhand_prepare: what the last session typed, for the script: $work/commands, and the image in the TFTP root.
byhand_prepare() {
	python3 - "$work"/l/latest/pd-survives.*/1 "$work/l/latest/results.json" "build/lab/$lab" "$unit" "$work/commands" <<'PY'
import json, re, shutil, sys
folder, results, lab, unit, out = sys.argv[1:6]
typed = open(folder + "/typed.log", newline="").read()
commands = [c.strip() for c in typed.split("\r")[:-1]]
image = json.load(open(results))["sessions"][0]["paths"]["image"]
shutil.copy(image, f"{lab}/tftp/{unit}/by-hand.img")
open(out, "w").write("".join(re.sub(r"runtest-\S+", "by-hand.img", c) + "\n" for c in commands))
PY
	local file="build/lab/$lab/units/$unit.yaml"
	console=127.0.0.1:$(sed -n 's/.*host: 127.0.0.1, port: \([0-9]*\), protocol: raw.*/\1/p' "$file")
	switch=$(sed -n 's/.*url: "\([^"]*\)", alias: \([^}]*\)}.*/\1\/power\/control\/on?alias=\2/p' "$file")
	silence=$(sed -n 's/.*silence: \([0-9]*\)ms.*/\1/p' "$file")
}

# byhand: milliseconds as byhand.exp prints them. Its author sits there and tries again when the machine was too busy to press a
# key within the two seconds that U-Boot counts.
byhand() {
	local try
	for try in 1 2 3 4 5; do
		if tests/bench/byhand.exp "$console" "$switch" "$work/commands" "$silence"; then
			return 0
		fi
		echo "byhand: attempt $try came to nothing" >&2
		./runtest lab tell "$lab" off "$unit" >/dev/null
	done
	return 1
}

# typing_once UNIT tty DEVICE | tcp HOST PORT: what it prints. U-Boot's two seconds may be missed here, too.
typing_once() {
	local board=$1
	shift
	for _ in 1 2 3 4 5; do
		./runtest lab tell "$lab" off "$board" >/dev/null
		if "$bin/typing" "$(count 400)" "$(count 8)" "./runtest lab tell $lab on $board >/dev/null" "$@"; then
			return 0
		fi
	done
	return 1
}

# typing UNIT tty DEVICE | tcp HOST PORT: at the U-Boot of a board of the lab.
typing() {
	for _ in $(seq "$(count 4)"); do
		typing_once "$@"
	done >"$work/typing"
	./runtest lab tell "$lab" off "$1" >/dev/null
	pairs_report "typing at U-Boot, every echo compared, against 10 ms after each character: $2" /s "$work/typing"
}

lab_bench() {
	lab_up
	lab_session >/dev/null
	byhand_prepare
	byhand >/dev/null
	for _ in $(seq "$(count 30)"); do
		ours=$(lab_session)
		theirs=$(byhand)
		echo "$ours $theirs"
	done >"$work/lab"
	awk '{ print $2, $4 }' "$work/lab" >"$work/lab-verdict"
	awk '{ print $1, $3 }' "$work/lab" >"$work/lab-text"
	pairs_report "a lab board: power on to verdict, off and silent again, against an expect script" ms "$work/lab-verdict"
	pairs_report "  the same, to the last expected text" ms "$work/lab-text"
	typing lab-rv64-elf tty "build/lab/$lab/tty/lab-rv64-elf"
	typing "$unit" tcp "${console%:*}" "${console#*:}"
	kill "$lab_pid"
	wait "$lab_pid" || true
}
