# What goes wrong with boards on shelves, one test a fault: each ends in the right verdict within its deadlines, with the
# board off and free for the next, and what is said tells where to look. The negative control is the same session without
# the fault, which passes: on the same board of the same lab, once the fault is mended.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/lab/faultslib.sh
. "$root/tests/lab/faultslib.sh"

# ---- consoles ----

# A tty that is unplugged comes back under its name, and is opened again; but what was said meanwhile is lost for good.
test_console_that_drops_in_mid_boot_and_returns() {
	local board=lab-rv64-elf
	fault_lab
	linger $board
	begin $board
	once_it_says 'stop autoboot' fault $board line-drop 300
	finish 3
	infra $board "the console went away 1 time, for " "what the board said then was not seen"
	hasten $board
	mended $board
	stop_lab lab
}

# Behind a terminal server the same is the end of the connection.
test_console_that_drops_behind_a_server() {
	local board=lab-rv64
	fault_lab
	linger $board
	begin $board
	once_it_says 'stop autoboot' fault $board line-drop 300
	finish 3
	infra $board "the console was lost while the image was being loaded: the console server at 127.0.0.1:" "closed the connection"
	hasten $board
	mended $board
	stop_lab lab
}

test_console_server_is_killed() {
	local board=lab-a64
	fault_lab
	begin $board patient
	once_it_says 'system is up' fault $board kill-ser2net
	finish 3
	verdict infra "the console was lost while the board had power: the console server at 127.0.0.1:" "closed the connection" \
		"whether the board is off could not be heard"
	# It is, but nobody can tell: whoever has it next switches it off once more.
	is_off $board
	is_left_on $board
	session 3 $board
	verdict infra "cannot connect to the console server at 127.0.0.1:" "Connection refused"
	is_off $board
	fault $board none
	session 0 $board
	verdict pass "the board was found powered by" "was switched off first"
	as_before $board
	stop_lab lab
}

# ---- the lab host ----

# free_ports PORT...: those that a program which is given a port, or asks for that one, could get; one a line.
free_ports() {
	python3 - "$@" <<-'PYTHON'
		import socket, sys
		for port in sys.argv[1:]:
		    with socket.socket() as s:
		        try:
		            s.bind(("127.0.0.1", int(port)))
		            print(port)
		        except OSError:
		            pass
	PYTHON
}

# Boards' files name its ports: while a server is down nobody else may be given one, or it could not come back.
test_ports_of_a_server_that_is_down_stay_its_own() {
	local ports
	fault_lab
	ports=$(grep -ohE '127\.0\.0\.1:[0-9]+|port: [0-9]+|Port [0-9]+' "$folder"/units/* "$folder"/sshd_config | grep -oE '[0-9]+$' | sort -u)
	[ "$(wc -w <<<"$ports")" -gt 4 ] || fail "not many ports: $ports"
	for server in ser2net sshd pdudaemon; do
		fault lab-a64 "kill-$server"
	done
	# shellcheck disable=SC2086 # each is a word
	[ -z "$(free_ports $ports)" ] || fail "to be had: $(free_ports $ports) of $ports"
	fault lab-a64 none
	session 0 lab-a64
	stop_lab lab
	# Those that were connected to lately rest a minute, whoever had them.
	# shellcheck disable=SC2086
	[ -n "$(free_ports $ports)" ] || fail "none of them is free without the lab: $ports"
}

# Before the board has power, and while its session is under way.
test_sshd_is_killed() {
	local board=lab-rv64-go
	fault_lab
	fault $board kill-sshd
	session 3 $board
	infra $board "cannot connect to 127.0.0.1:" "by ssh: Connection refused"
	expect_no_text "$T/err" "stays in"
	fault $board none
	begin $board patient
	once_it_says 'system is up' fault $board kill-sshd
	kill -TERM "$session_pid"
	finish 143
	is_off $board
	expect_text "$T/err" "stays in $folder/tftp/$board on 127.0.0.1"
	rm "$folder/tftp/$board"/runtest-*
	mended $board
	stop_lab lab
}

test_host_key_is_another() {
	local board=lab-a64
	fault_lab
	fault $board wrong-host-key
	session 3 $board
	infra $board "wrong host key: 127.0.0.1:" "or it was set up anew"
	expect_no_text "$T/err" "stays in"
	mended $board
	stop_lab lab
}

test_key_is_refused() {
	local board=lab-a64
	fault_lab
	fault $board key-refused
	session 3 $board
	infra $board "key refused: 127.0.0.1:" "authorized_keys"
	expect_no_text "$T/err" "stays in"
	mended $board
	stop_lab lab
}

test_disk_of_the_lab_host_is_full() {
	local board=lab-a64
	fault_lab
	lab tell "$lab_id" fault $board disk-full >"$T/told" 2>&1 || {
		expect_text "$T/told" "the kernel gives ordinary users no namespaces"
		stop_lab lab
		return 0
	}
	session 3 $board
	infra $board "the disk of 127.0.0.1 is full: cannot write " "make room there"
	expect_no_text "$T/err" "stays in"
	mended $board
	stop_lab lab
}

test_tftp_gives_half_a_file() {
	local board=lab-rv64
	fault_lab
	fault $board tftp-truncate
	session 3 $board
	infra $board "arrived damaged at 0x80200000: U-Boot's CRC-32 over it is " "is the folder of the unit's load section the one"
	mended $board
	stop_lab lab
}

test_tftp_gives_the_file_of_another_build() {
	local board=lab-a64
	fault_lab
	fault $board tftp-stale
	session 3 $board
	infra $board "arrived damaged at 0x70000000: U-Boot's CRC-32 over it is " "is the folder of the unit's load section the one"
	mended $board
	stop_lab lab
}

# ---- power ----

# The switch has no state to ask for (pdudaemon), or says "off" (the command). It is not true either way.
test_switch_says_off_and_the_board_keeps_talking() {
	local board
	fault_lab
	for board in lab-rv64 lab-rv64-elf; do
		chatter $board
		session 3 $board
		infra $board "the board keeps talking" "outlet?"
		quiet $board
	done
	mended lab-rv64
	mended lab-rv64-elf
	stop_lab lab
}

# Silent because it stands at its prompt: only that no fresh start comes after power-on gives it away.
test_switch_says_off_and_the_board_idles_at_its_prompt() {
	local board=lab-rv64
	fault_lab
	at_prompt $board
	fault $board stays-on
	session 3 $board
	infra $board "the board did not start anew: its prompt \"=> \" is there, and no banner" "is it the right outlet"
	mended $board
	stop_lab lab
}

test_switch_hangs() {
	local board=lab-a64
	fault_lab
	impatient $board
	fault $board power-hangs
	session 3 $board
	infra $board "pdudaemon at http://127.0.0.1:" "took the request and gave no whole answer in time" 'it hangs, or it needs more than'
	mended $board
	# At the end it is worse: the board is left on, and everybody is told. Who takes it next switches it off first.
	begin $board patient
	once_it_says 'system is up' fault $board power-hangs
	kill -TERM "$session_pid"
	finish 143
	[ "$(lab tell "$lab_id" state $board)" = on ] || fail "it is off"
	is_left_on $board
	fault $board none
	session 0 $board
	verdict pass "the board was found powered by" "was switched off first"
	as_before $board
	stop_lab lab
}

# The real one answers 500 for what its configuration does not have; half of an answer takes a stand-in.
test_switch_answers_500_or_half_a_reply() {
	local board=lab-rv64 unit stub
	fault_lab
	unit=$folder/units/$board.yaml
	cp "$unit" "$T/unit"
	sed -i 's/alias: rv64/alias: rv46/' "$unit"
	session 3 $board
	infra $board "(GET /power/control/off?alias=rv46) answers with status 500" "has its configuration such an alias?"
	mkdir "$T/switch"
	python3 "$root/tests/e2e/powerswitch.py" "$T/switch" 2>"$T/switch.log" &
	stub=$!
	wait_for 60 test -e "$T/switch/port"
	echo half >"$T/switch/mode"
	sed "s|http://127.0.0.1:[0-9]*|http://127.0.0.1:$(cat "$T/switch/port")|" "$T/unit" >"$unit"
	session 3 $board
	infra $board "pdudaemon at http://127.0.0.1:"
	kill $stub
	cp "$T/unit" "$unit"
	mended $board
	stop_lab lab
}

test_switch_is_killed() {
	local board=lab-rv64
	fault_lab
	fault $board kill-pdudaemon
	session 3 $board
	infra $board "cannot connect to pdudaemon at http://127.0.0.1:"
	mended $board
	stop_lab lab
}

# ---- U-Boot ----

# The key is lost until the countdown is over: it is pressed again, and the board's own start is stopped a little later.
test_autoboot_prompt_is_missed_once() {
	local board=lab-rv64
	fault_lab
	fault $board no-autoboot
	session 0 $board
	verdict pass
	as_before $board
	stop_lab lab
}

# The board goes its own way, into a Linux that nobody asked for.
test_autoboot_prompt_is_missed_and_linux_boots() {
	local board=lab-rv64
	fault_lab
	fault $board linux-booting
	session 3 $board
	infra $board "autoboot prompt missed: Linux is booting" "look at what the kind's"
	mended $board
	stop_lab lab
}

# Somebody has left half a command there, which must not be run with ours behind it.
test_half_a_command_stands_at_the_prompt() {
	local board=lab-a64
	fault_lab
	fault $board half-typed reset
	session 0 $board
	verdict pass
	as_before $board
	has_come '=> resetsetenv' || has_come '=> reset' || fail "nothing was half typed"
	stop_lab lab
}

test_prompt_is_hung() {
	local board=lab-rv64
	fault_lab
	fault $board hung-prompt
	session 3 $board
	infra $board "U-Boot's prompt is hung: nothing at all came back of " "switch the board off and on"
	mended $board
	stop_lab lab
}

test_board_resets_itself_in_a_loop() {
	local board=lab-rv64
	fault_lab
	linger $board
	fault $board reset-loop 4000
	session 3 $board
	infra $board "the board resets itself: U-Boot's banner \"U-Boot 20\" came " "look at its power supply"
	hasten $board
	mended $board
	stop_lab lab
}

# ---- a line that damages characters ----

# What such a line does to the boards: each kind of damage on one of them, every so many characters.
noisy=(lab-rv64:flip lab-a64:lose lab-rv64-go:double)

# noisy N ALLOWED [SCENARIO-OPTION...]: sessions on all three at once; their verdicts are among those of the tuple ALLOWED.
noisy() {
	local n=$1 allowed=$2 pair
	shift 2
	for pair in "${noisy[@]}"; do
		fault "${pair%:*}" "line-${pair#*:}" "$n"
	done
	begin lab-rv64 pd-survives --board lab-a64 --board lab-rv64-go --jobs 3 "$@"
	wait_for 600 has_ended "$session_pid"
	wait "$session_pid" || true
	query "[(s['unit'], s['verdict'], s['cause'], s['why']) for s in r['sessions']]"
	expect_query 3 "sum(s['verdict'] in $allowed and (s['cause'] is None or s['verdict'] == 'expected-fail') for s in r['sessions'])"
	expect_no_text "$T/out" "never loaded"
	for pair in "${noisy[@]}"; do
		as_before "${pair%:*}"
		fault "${pair%:*}" none
	done
}

# Nobody asked for it, and the image had been started: a second boot of it must not pass for the first. When a warm reset or
# a power cycle is asked for, the same text is as it must be: scenarios of their own pass on these boards.
test_board_starts_anew_in_mid_session() {
	local board=lab-rv64
	fault_lab
	begin $board patient
	once_it_says 'system is up' tell reset $board
	finish 3
	infra $board "the board started anew by itself, " "U-Boot's \"U-Boot 20\" came although nobody had" "a watchdog that nobody feeds"
	mended $board
	stop_lab lab
}

# Every few characters: the dialogue with U-Boot does not come off. Every few hundred: it does, and what the image says is
# damaged; then the line is found out by typing at U-Boot once more. More rarely: a session that loses no text that it waits for
# is as good as any; but not so rarely that nothing goes wrong while 1536 characters are typed. Nobody is accused, ever.
test_line_damages_characters() {
	fault_lab
	noisy 50 "('infra',)" --timeout 10s
	noisy 307 "('infra', 'pass')" --timeout 30s
	noisy 1501 "('infra', 'pass')" --timeout 30s
	begin lab-rv64 pd-survives --board lab-a64 --board lab-rv64-go --jobs 3
	finish 0
	stop_lab lab
}

# What memory shows stands over such a line, too: the control fails as it must, unless its image never started.
test_line_that_damages_characters_excuses_nobody_whom_memory_accuses() {
	fault_lab
	variant=unpatched-uboot noisy 1009 "('infra', 'expected-fail')"
	variant=unpatched-uboot begin lab-rv64 pd-survives --board lab-a64 --board lab-rv64-go --jobs 3
	finish 0
	expect_query 3 "sum(s['verdict'] == 'expected-fail' for s in r['sessions'])"
	stop_lab lab
}

# The same test on a line that is sound leaves the verdict as it is, and says so.
test_line_that_carries_every_character_is_no_excuse() {
	local board=lab-rv64-go
	fault_lab
	# Whatever time the boot takes: what passes is the time behind it.
	sed -i "s/a text that never comes'/&\n        within: 2s/" "$T/project/scenarios/patient.yaml"
	session 1 $board patient
	verdict timeout "the step's deadline passed" "the serial line was tested afterwards: of 1536 characters typed at U-Boot's prompt, all came back"
	as_before $board
	stop_lab lab
}

# ---- sessions that end otherwise ----

# holder: the process of the session that has $board.
holder() {
	"$RUNTEST" who --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["units"][0]["held"]["pid"])'
}

# Nobody can switch the board off then, but everybody can see that it is on; who comes next switches it off first.
test_session_is_killed() {
	local board=lab-rv64 name
	fault_lab
	begin $board patient
	once_it_says 'system is up' true
	kill -9 "$(holder)"
	finish 3
	expect_query infra "r['sessions'][0]['verdict']"
	rm -f "$folder/tftp/$board"/runtest-* # which nobody is left to take away
	as_before $board # the run has switched it off
	session 0 $board
	verdict pass
	expect_query 0 "sum('powered by' in n for n in r['sessions'][0]['evidence']['notes'])"
	as_before $board
	stop_lab lab
}

# stop_at STATUS SIGNAL: the session that has begun is stopped now.
stop_at() {
	kill "-$2" "$session_pid"
	finish "$1"
	expect_query cancelled "r['sessions'][0]['verdict']"
	as_before $board
}

# Its outlet was told "off", and it has to stay off for a while before it is told "on".
is_told_off() {
	grep -qs "Driving PDU hostname: $board .* REQUEST: off" "$folder/log/pdudaemon.log"
}

test_session_is_cancelled_in_each_phase() {
	local board=lab-a64 how
	fault_lab
	sed -i 's/^  silence: /  discharge: 30s\n  silence: /' "$folder/units/$board.yaml"
	for how in '130 INT' '143 TERM'; do
		: >"$folder/log/pdudaemon.log"
		begin $board
		wait_for 60 is_told_off
		# shellcheck disable=SC2086 # two words
		stop_at $how
	done
	sed -i '/^  discharge: 30s$/d' "$folder/units/$board.yaml"
	for how in '130 INT' '143 TERM'; do
		linger $board
		begin $board
		once_it_says 'stop autoboot' stop_at ${how}
		hasten $board
		begin $board patient
		once_it_says 'system is up' stop_at ${how}
	done
	session 0 $board
	verdict pass
	as_before $board
	stop_lab lab
}
