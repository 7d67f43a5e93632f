# What tests of consoles share: a project whose QEMU board has its serial line plugged into a cable, of which a console
# driver has the other end. $T/near is runtest's end, $T/far QEMU's.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# cable: plug it in; $cable is its process.
cable() {
	"$root/tests/e2e/ptypair.py" "$T/near" "$T/far" &
	cable=$!
	wait_for 10 test -e "$T/far"
}

# has_come N: so many bytes, and no less, are on the line at runtest's end, and nobody has read them yet.
has_come() {
	python3 -c 'import fcntl, os, struct, sys, termios
line = os.open(sys.argv[1], os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
sys.exit(struct.unpack("i", fcntl.ioctl(line, termios.FIONREAD, b"    "))[0] < int(sys.argv[2]))' "$T/near" "$1"
}

# console_project: the project in $T/project, with a scenario "patient" that waits for what never comes.
console_project() {
	mkdir -p "$T/project/boards/units" "$T/project/scenarios"
	ln -s "$root/boards/kinds" "$root/boards/markers" "$T/project/boards/"
	ln -s "$root/images" "$T/project/"
	lend_built "$T/project"
	cp "$root/scenarios/pd-survives.yaml" "$T/project/scenarios/"
	cat >"$T/project/scenarios/patient.yaml" <<-'YAML'
		scenario: patient
		about: waits for a text that no board says
		deadline: 10m
		answers: markers
		phases:
		  - phase: all
		    deadline: 10m
		    steps:
		      - expect: 'MON\|INFO: completed system invocations'
		      - expect: 'a text that never comes'
		variants:
		  patched: pass
	YAML
}

# unit NAME CONSOLE: a QEMU board behind the cable.
unit() {
	printf 'unit: %s\nkind: qemu_virt_aarch64\nqemu-serial: %s/far\nconsole: %s\n' "$1" "$T" "$2" \
		>"$T/project/boards/units/$1.yaml"
}

# run_board STATUS UNIT [SCENARIO]: run it there; with a scenario, in the background is up to the caller.
run_board() {
	expect_status "$1" "$RUNTEST" --project "$T/project" run "${3:-pd-survives}" --retries 0 --any-health --variant patched --board "$2" --results "$T/results" \
		--no-map
}

# session: the folder of the newest run's only session.
session() {
	echo "$T"/results/latest/*/1
}

# expect_infra TEXT: so ended the newest run, which says why.
expect_infra() {
	expect_query infra "r['sessions'][0]['verdict']"
	query "[r['sessions'][0]['why']] + r['sessions'][0]['evidence'].get('notes', [])" >"$T/why"
	expect_text "$T/why" "$1"
	expect_no_machines
}

# has_ended PID: of a child, whether the shell knows it yet or not.
has_ended() {
	! grep -qs '^State:.[^Z]' "/proc/$1/status"
}

# is_at_work UNIT: a session of "patient" waits for what never comes.
is_at_work() {
	grep -qs 'completed system invocations' "$T/results/latest/patient.patched.$1.debug.1/1/console.log"
}

# trouble UNIT COMMAND...: run "patient" there, and do that once the board is at work; the session must end by itself, with
# exit status 3 or $status.
trouble() {
	local unit=$1 pid got=0
	shift
	rm -f "$T/results/latest"
	"$RUNTEST" --project "$T/project" run patient --retries 0 --any-health --variant patched --board "$unit" --results "$T/results" --no-map \
		>"$T/out" 2>"$T/err" </dev/null &
	pid=$!
	wait_for 20 is_at_work "$unit"
	"$@"
	wait_for 30 has_ended "$pid"
	wait "$pid" || got=$?
	[ "$got" -eq "${status:-3}" ] || {
		cat "$T/out" "$T/err"
		fail "exit status $got, wanted ${status:-3}"
	}
}
