# Projects whose boards are shell scripts: they cost nothing, and do what a test wants of them.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

python=$(python3 -c 'import sys; print(sys.executable)')

# sched_project: a project of boards that cost nothing, to which boards of the test's own are added.
sched_project() {
	local image
	mkdir -p "$T/project/boards/kinds" "$T/project/boards/units" "$T/project/scenarios" "$T/project/images"
	sed -e "s|source: .*|source: $root/tests/projects/chatter/images|" -e 's/boards: .*/boards: [scripted]/' \
		"$root/tests/projects/noop/images/variants.yaml" >"$T/project/images/variants.yaml"
	cat >"$T/project/boards/kinds/scripted.yaml" <<-'YAML'
		kind: scripted
		about: stands for hardware, and is a shell script
		arch: aarch64
		entry: el2
		memory: {base: 0x40000000, size: 2G}
		load-address: 0x70000000
		discharge: 1ms
		uboot: {start: "go {address}", started: "## Starting application"}
	YAML
	scenario boots
	image=$("$RUNTEST" --project "$T/project" build noop --board scripted | awk '{print $NF}')
	python3 -c 'import sys, zlib; print("%08x" % zlib.crc32(open(sys.argv[1], "rb").read()), end="")' "$image" >"$T/crc"
}

# scenario NAME [LINE...]: it waits for the board's line; further lines are keys of it.
scenario() {
	local name=$1
	shift
	cat >"$T/project/scenarios/$name.yaml" <<-YAML
		scenario: $name
		about: a board says its line
		deadline: 3m
		$(printf '%s\n' "$@")
		deny:
		  - {text: 'it broke'}
		phases:
		  - phase: up
		    deadline: 2m
		    steps:
		      - expect: '^noop: up'
		variants:
		  noop: pass
	YAML
}

# board NAME COMMAND [SWITCH]: one that is that shell command once it was started, for the $attempt-th time; in $T/NAME.
# SWITCH: a shell command by which it is switched on, too, which may fail; $attempt counts these.
board() {
	mkdir -p "$T/$1"
	printf '%s\nexec sleep 1000\n' "$2" >"$T/$1/script"
	printf 'cd %s || exit 1\necho >>switched\nattempt=$(wc -l <switched)\n%s || exit 1\ntouch on\n' "$T/$1" "${3:-true}" \
		>"$T/$1/switch"
	cp "$T/crc" "$T/$1/crc"
	cat >"$T/project/boards/units/$1.yaml" <<-YAML
		unit: $1
		kind: scripted
		console: {exec: {command: [$python, -IS, $root/tests/e2e/scriptboard.py, $T/$1]}, settle: 1ms}
		power:
		  silence: 20ms
		  exec: {on: [sh, $T/$1/switch], off: [rm, -f, $T/$1/on]}
		load: {disk: {}, prepare: [], load: "load {address} {file}"}
	YAML
}

# again NAME: its attempts are counted from the beginning.
again() {
	rm -f "$T/$1/count" "$T/$1/switched"
}

# sched STATUS OPTION...: the scenario "boots".
sched() {
	local status=$1
	shift
	expect_status "$status" "$RUNTEST" --project "$T/project" run boots --results "$T/results" "$@"
}
