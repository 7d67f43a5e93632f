# Consoles that need no server: a serial port, any program, a recording; and what was on the line before power went on.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/e2e/consolelib.sh
. "$root/tests/e2e/consolelib.sh"

test_console_on_a_serial_port_has_every_byte() {
	cable
	console_project
	unit port "{tty: {device: $T/near, baud: 1500000}}"
	run_board 0 port
	expect_query pass "r['sessions'][0]['verdict']"
	expect_query "['console', 'memory']" "r['sessions'][0]['evidence']['witnesses']"
	"$RUNTEST" pd-survives --variant patched --board qemu_virt_aarch64 --results "$T/own" >/dev/null
	cmp "$(session)/console.log" "$T"/own/latest/*/1/console.log
}

# A text that would fail any session: nobody looks at it when it is old, and everybody when it is new.
test_console_bytes_from_before_are_kept_and_called_stale() {
	local old=$'seL4 called fail at old.c\r\n=> ' log
	cable
	console_project
	unit port "{tty: {device: $T/near}}"
	printf '%s' "$old" >"$T/far"
	wait_for 10 has_come ${#old}
	run_board 0 port
	log=$(session)/console.log
	[ "$(head -c ${#old} "$log" | base64)" = "$(printf '%s' "$old" | base64)" ] || fail "the log does not begin with it"
	head -1 "$(session)/console.idx" | grep -q '^0 -[0-9]* stale$' || fail "$(head -1 "$(session)/console.idx")"
	sed -n 2p "$(session)/console.idx" | grep -q "^${#old} [0-9]*$" || fail "$(sed -n 2p "$(session)/console.idx")"
	expect_query True "'${#old} bytes of the console' in str(r['sessions'][0]['evidence']['notes'])"
	status=1 trouble port cp /dev/stdin "$T/far" <<<"$old"
	expect_query "fail kernel-panic" "f\"{r['sessions'][0]['verdict']} {r['sessions'][0]['cause']}\""
}

test_console_that_is_unplugged_for_good_is_trouble_of_the_lab() {
	cable
	console_project
	unit port "{tty: {device: $T/near, reopen: 300ms}}"
	trouble port kill -USR1 "$cable"
	expect_infra "the console's device went away, and was not back after"
	expect_infra "cannot open the console $T/near"
}

plugged_in_again() {
	kill -USR1 "$cable"
	wait_for 10 test ! -e "$T/near"
	kill -USR2 "$cable"
	wait_for 10 test -e "$T/near"
	echo "a text that never comes" >"$T/far"
}

# It goes on, and what it saw later counts; but what it did not see may have been anything.
test_console_that_is_plugged_in_again_goes_on_and_passes_nobody() {
	cable
	console_project
	unit port "{tty: {device: $T/near, reopen: 30s}}"
	trouble port plugged_in_again
	expect_text "$(session)/console.log" "a text that never comes"
	expect_infra "the console went away 1 time, for "
}

# listens PID: at every look in a second it waits for something, so all that has come is dealt with.
listens() {
	local i
	for i in $(seq 100); do
		grep -q '^State:.S' "/proc/$1/status" || return 1
		sleep 0.01
	done
}

# Its session is kept from running for longer than its phase may take, while the run of `trouble`, $pid, goes on.
kept_from_running() {
	local session
	read -r session _ <"/proc/$pid/task/$pid/children" || true
	wait_for 60 listens "$session"
	kill -STOP "$session"
	sleep 21
	kill -CONT "$session"
	sleep 1
	echo "a text that never comes" >"$T/far"
}

# A deadline is for the board: nobody has listened to it meanwhile.
long_console_that_nobody_could_listen_to_has_its_time_still() {
	cable
	console_project
	sed -i 's/^    deadline: 10m/    deadline: 20s/' "$T/project/scenarios/patient.yaml"
	unit port "{tty: {device: $T/near}}"
	status=0 trouble port kept_from_running
	expect_query pass "r['sessions'][0]['verdict']"
}

test_console_that_somebody_else_has_is_told() {
	cable
	console_project
	unit port "{tty: {device: $T/near}}"
	exec 7<>"$T/near"
	flock -n 7
	run_board 3 port
	expect_infra "cannot have $T/near to ourselves"
	exec 7>&-
	run_board 0 port
}

test_console_that_is_not_there_is_told_before_power_goes_on() {
	console_project
	unit port "{tty: {device: $T/no-such-device}}"
	run_board 3 port
	expect_infra "cannot open the console $T/no-such-device"
	[ ! -e "$(session)/qemu.args" ] || fail "QEMU was started"
	unit port "{tty: {serial-number: no-such-adapter}}"
	run_board 3 port
	expect_infra "no serial port of a USB adapter with the serial number no-such-adapter is plugged in"
	unit port "{tty: {udev: no-such-socket}}"
	run_board 3 port
	expect_infra "there is no no-such-socket in /dev/serial/by-path"
	touch "$T/file"
	unit port "{tty: {device: $T/file}}"
	run_board 3 port
	expect_infra "$T/file"
}

test_console_of_any_program_has_every_byte() {
	cable
	console_project
	unit program "{exec: {command: [sh, -c, 'cat $T/near & exec cat >$T/near']}}"
	run_board 0 program
	expect_query pass "r['sessions'][0]['verdict']"
	"$RUNTEST" pd-survives --variant patched --board qemu_virt_aarch64 --results "$T/own" >/dev/null
	cmp "$(session)/console.log" "$T"/own/latest/*/1/console.log
	wait_for 10 nobody_runs "cat $T/near"
}

# nobody_runs COMMAND: no process has that command line.
nobody_runs() {
	local file words
	for file in /proc/[0-9]*/cmdline; do
		mapfile -d '' -t words 2>/dev/null <"$file" || continue
		[ "${words[*]}" != "$1" ] || return 1
	done
}

test_console_program_that_ends_is_trouble_of_the_lab() {
	cable
	console_project
	unit program "{exec: {command: [sh, -c, 'exec 3<&0; cat <&3 >$T/near & cat $T/near & until test -e $T/stop; do sleep 0.05; done; trap : TERM; kill 0; exit 7']}}"
	trouble program touch "$T/stop"
	expect_infra "the console was lost while the board had power: the console's program sh exited with status 7"
	unit program "{exec: {command: [no-such-program]}}"
	run_board 3 program
	expect_infra "cannot start no-such-program"
}

# recorded FOLDER [SPEED]: a board that says what that session's did.
recorded() {
	if [ -h "$T/project/boards/kinds" ]; then
		rm "$T/project/boards/kinds"
		cp -r "$root/boards/kinds" "$T/project/boards/"
	fi
	cat >"$T/project/boards/kinds/recorded.yaml" <<-YAML
		kind: recorded
		about: what another board said
		arch: aarch64
		entry: el2
		memory: {base: 0x40000000, size: 2G}
		load-address: 0x70000000
	YAML
	printf 'unit: tape\nkind: recorded\nconsole: {replay: {file: %s/console.log, speed: %s}}\n' "$1" "${2:-at-once}" \
		>"$T/project/boards/units/tape.yaml"
}

# replay STATUS: the scenario "dialogue" on that board.
replay() {
	expect_status "$1" "$RUNTEST" --project "$T/project" run dialogue --retries 0 --any-health --image "$image" --board tape --results "$T/results"
}

# says_the_same SESSION: the newest run's console is that session's, as far as it was listened to: a session is over when the
# line has been silent for a moment behind the last expected text, which a busy machine makes longer or shorter.
says_the_same() {
	local size
	size=$(stat -c %s "$(session)/console.log")
	cmp -n "$size" "$(session)/console.log" "$1/console.log"
	[ "$(grep -c 'completed system invocations' "$(session)/console.log")" -eq 2 ]
}

test_console_of_a_recording_is_judged_as_it_was() {
	local tape image
	console_project
	cat >"$T/project/scenarios/dialogue.yaml" <<-'YAML'
		scenario: dialogue
		about: the system comes up, and again
		deadline: 2m
		answers: markers
		phases:
		  - phase: all
		    deadline: 2m
		    steps:
		      - expect: 'MON\|INFO: completed system invocations'
		      - send: "update\n"
		      - power: cycle
		      - expect: 'MON\|INFO: completed system invocations'
		variants:
		  patched: pass
	YAML
	expect_status 0 "$RUNTEST" --project "$T/project" run dialogue --variant patched --board qemu_virt_aarch64 --results "$T/results"
	tape=$T/tape
	cp -r "$(session)" "$tape"
	image=$(query "r['sessions'][0]['paths']['image']")
	recorded "$tape"
	replay 0
	expect_query pass "r['sessions'][0]['verdict']"
	says_the_same "$tape"
	recorded "$tape" real-time
	replay 0
	says_the_same "$tape"
	# A record that says something else is judged otherwise.
	sed -i 's/completed system invocations/seL4 called fail at line 1/' "$tape/console.log"
	recorded "$tape"
	replay 1
	expect_query "fail kernel-panic" "f\"{r['sessions'][0]['verdict']} {r['sessions'][0]['cause']}\""
	echo nonsense >"$tape/console.idx"
	replay 3
	expect_infra "$tape/console.idx:1: this is no line that a session writes"
}

test_console_sections_are_asked_of_hardware() {
	console_project
	recorded "$T"
	printf 'unit: tape\nkind: recorded\n' >"$T/project/boards/units/tape.yaml"
	expect_status 0 "$RUNTEST" pd-survives --variant patched --board qemu_virt_aarch64 --results "$T/results"
	expect_status 3 "$RUNTEST" --project "$T/project" run patient --retries 0 --any-health --image "$(query "r['sessions'][0]['paths']['image']")" --board tape \
		--results "$T/results"
	expect_text "$T/out" "its file has no console section"
}
