# Working by hand: the lock of a board unit, its console, and who looks on. The board is a small program at the far end of a
# serial cable.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/e2e/loadlib.sh
. "$root/tests/e2e/loadlib.sh"

# desk: a board called "shelf", and a state folder of the test's own.
desk() {
	cable
	console_project
	unit shelf "{tty: {device: $T/near, reopen: 100ms}, settle: 100ms}"
	"$root/tests/e2e/simpleboard.py" "$T/far" "$T/notes" &
	board=$!
	wait_for 10 test -e "$T/notes"
	wait_for 10 has_come 16 # its first words
}

by_hand() {
	"$RUNTEST" --project "$T/project" "$@"
}

# person STATUS COMMAND...: runtest at a terminal, with the steps on stdin; what was seen is in $T/seen.
person() {
	local want=$1 got=0
	shift
	"$root/tests/e2e/atterminal.py" "$T/seen" "$RUNTEST" --project "$T/project" "$@" >"$T/out" 2>&1 || got=$?
	[ "$got" -eq "$want" ] || {
		cat "$T/out"
		cat -v "$T/seen"
		fail "exit status $got, wanted $want: $*"
	}
}

the_log() {
	echo "$T"/project/results/console/shelf-*.log
}

is_held() {
	"$RUNTEST" who --json | grep -q '"held": {'
}

is_free() {
	! is_held
}

expect_free() {
	! is_held || fail "somebody holds a board still: $("$RUNTEST" who)"
}

# expect_without REGEX FILE...: nothing there matches.
expect_without() {
	! LC_ALL=C grep -P -- "$@" || fail "there is something of $1"
}

# sit_down: somebody has the console, until it is told to `get_up`; types what is written into fd 7.
sit_down() {
	mkfifo "$T/keys"
	"$RUNTEST" --project "$T/project" console shelf --linger 0ms <"$T/keys" >"$T/shown" 2>"$T/told" &
	sitter=$!
	exec 7>"$T/keys"
	wait_for 10 grep -q 'kept in' "$T/told"
}

get_up() {
	exec 7>&-
	wait_for 10 has_ended "$sitter"
}

test_hand_console_is_talked_to_and_kept() {
	desk
	person 0 console shelf <<-'STEPS'
		expect this was on the line already:]\r\nstale words\r\n=> 
		expect what comes from here on is new]
		raw
		send say \\x1b[31mred\\x1b[0m\r
		expect \x1b[31mred\x1b[0m\r\n=> 
		send \x1d?
		expect ctrl-] and then: q quit
		send \x03\x1a\x1d\x1d
		until tail -c 1 "$T/notes" | grep -qP '\x1d'
		send \x1dq
	STEPS
	# ctrl-c, ctrl-z and the doubled escape key have reached the board; the orders have not.
	printf 'say \\x1b[31mred\\x1b[0m\r\003\032\035' | cmp - "$T/notes" || fail "the board got something else"
	expect_text "$(the_log)" 'stale words'
	grep -qP '\x1b\[31mred' "$(the_log)" || fail "the log is not raw"
	head -1 "$(the_log | sed 's/log$/idx/')" | grep -qE '^0 [0-9]+ stale$' || fail "what is stale is not marked"
	sed -n 2p "$(the_log | sed 's/log$/idx/')" | grep -qE '^16 [0-9]+$' || fail "what is new is not marked"
	expect_text "$T/seen" "project/results/console/shelf-"
	expect_free
}

test_hand_terminal_is_given_back_whatever_ends_it() {
	local signal status
	desk
	for signal in TERM:143 HUP:143 QUIT:131 SEGV:139; do
		status=${signal#*:}
		person "$status" console shelf <<-STEPS
			raw
			signal ${signal%:*}
		STEPS
		expect_free
	done
	person 0 console shelf <<-'STEPS'
		raw
		signal TSTP
		resume
		raw
		send \x1dq
	STEPS
	# The check can fail.
	status=0
	"$root/tests/e2e/atterminal.py" "$T/seen" sh -c 'stty raw' </dev/null >"$T/out" || status=$?
	[ "$status" -eq 99 ] || fail "it sees no change of the terminal"
}

test_hand_console_that_dies_says_why() {
	desk
	person 3 console shelf <<-STEPS
		raw
		until kill -USR1 $cable
		until test ! -e "$T/near"
		expect the console of shelf has ended: 
	STEPS
	expect_free
}

test_hand_other_keys_and_no_break() {
	desk
	person 0 console shelf --escape ctrl-a --plain <<-'STEPS'
		raw
		send \x1dsay \\x1b[31mred\r
		expect \\x1b[31mred\r\n=> 
		send \x01b
		expect break
		send \x01.
	STEPS
	expect_status 2 by_hand console shelf --escape x
	expect_text "$T/err" "--escape takes a key such as ctrl-]"
	expect_status 2 by_hand console shlef
	expect_text "$T/err" 'did you mean "shelf"?'
	expect_status 2 by_hand console qemu_virt_aarch64
	expect_text "$T/err" "is a machine of QEMU"
	printf 'unit: bare\nkind: qemu_virt_aarch64\n' >"$T/project/boards/units/bare.yaml"
	expect_status 2 by_hand console bare
	expect_text "$T/err" "has no console section"
}

test_hand_console_in_a_pipe() {
	desk
	# shellcheck disable=SC2094 # it is read while it is written
	{
		printf 'say one\nsay \\x1b[2Jtwo\n'
		wait_for 10 grep -qsP '^\x1b\[2Jtwo\r$' "$T/out" # what is said may be long in coming
	} | by_hand console shelf --linger 300ms >"$T/out" 2>"$T/err"
	grep -qP '^one\r$' "$T/out" || fail "no answer"
	grep -qP '^\x1b\[2Jtwo\r$' "$T/out" || fail "the bytes are not as they were"
	expect_text "$T/err" "kept in"
	cmp "$T/out" "$(the_log)" || fail "the log differs from what was shown"
	# Nobody reads on: that is an end as well.
	printf 'say three\n' | by_hand console shelf --linger 10s 2>"$T/err" | head -1 >"$T/first"
	wait_for 10 is_free
}

test_hand_one_at_a_time() {
	desk
	sit_down
	is_held || fail "nobody has it"
	expect_status 4 by_hand console shelf --no-wait
	expect_text "$T/err" "board shelf is not free: "
	expect_text "$T/err" "by hand: runtest console (process $sitter)"
	"$RUNTEST" who >"$T/out"
	expect_text "$T/out" "by hand: runtest console"
	python3 -c 'import json, sys
unit, = json.load(sys.stdin)["units"]
assert unit["unit"] == "shelf" and unit["powered"] is None and unit["held"]["pid"] == int(sys.argv[1]), unit
assert unit["held"]["console_log"].endswith(".log"), unit' "$sitter" < <("$RUNTEST" who --json) || fail "who --json"
	# A second one waits, is told whom for, and has its turn; ctrl-c ends the waiting.
	by_hand console shelf --linger 0ms </dev/null >"$T/second" 2>"$T/second.told" 7>&- &
	wait_for 10 grep -q 'waiting for board shelf: .* (process '"$sitter"')' "$T/second.told"
	person 130 console shelf <<-'STEPS'
		expect waiting for board shelf: 
		send \x03
	STEPS
	kill -9 "$sitter" # and nothing has to be tidied up after it
	wait_for 10 grep -q 'kept in' "$T/second.told"
	wait_for 10 is_free
	"$RUNTEST" who >"$T/out"
	expect_text "$T/out" "nobody holds a board unit"
}

# What a hostile board may say, and what is to be seen of it.
hostile='say \\x1b]0;title\\x07\\x1b[2J\\x9b31m\\xc2\\x9b\\xe2\\x80\\xae\\x1bP$q\\x1b\\\\\\rover'

test_hand_watch_shows_it_harmless() {
	local watcher
	desk
	sit_down
	printf 'say first\n' >&7
	wait_for 10 grep -q first "$T/shown"
	"$RUNTEST" --project "$T/project" console --watch shelf >"$T/watched" 2>"$T/watch.told" 7>&- &
	watcher=$!
	wait_for 10 grep -q '^first$' "$T/watched" # the tail: what was said before
	printf '%b\n' "$hostile" >&7
	wait_for 10 grep -q '^over$' "$T/watched"
	get_up
	wait_for 10 has_ended "$watcher"
	expect_text "$T/watched" '\x1b]0;title\x07\x1b[2J\x9b31m\u{9b}\u{202e}\x1bP$q'
	expect_without '[^\n\t -~]' "$T/watched"
	grep -qP '\x1b\]0;title\x07' "$T/shown" || fail "the board did not say so"
	expect_text "$T/watch.told" "by hand: runtest console"
	expect_text "$T/watch.told" "the board was given back"
	wait "$watcher" || fail "the watcher failed"
	expect_status 2 by_hand console --watch shelf
	expect_text "$T/err" "nobody holds board shelf: there is no console to watch"
	expect_status 2 by_hand console --watch shlef
	expect_text "$T/err" 'did you mean "shelf"?'
}

test_hand_who_was_left_on() {
	desk
	mkdir -p "$RUNTEST_STATE/units"
	printf '{"by": "20260131-235812-0001", "user": "ada\\u001b[2J", "since": "2026-01-31T23:58:12.345Z", "pid": 1}' \
		>"$RUNTEST_STATE/units/shelf.powered"
	"$RUNTEST" who >"$T/out"
	expect_text "$T/out" 'powered by 20260131-235812-0001 of ada\x1b[2J since 2026-01-31T23:58:12.345Z'
	grep -q '^shelf *nobody' "$T/out" || fail "not in the list"
	by_hand console shelf --linger 0ms </dev/null >/dev/null 2>"$T/err"
	expect_text "$T/err" "the board was left on, powered by 20260131-235812-0001"
	[ -e "$RUNTEST_STATE/units/shelf.powered" ] || fail "the mark is gone" # working by hand does not change it
}

# A session whose console says all that: in the lines of `-v`, in the failure and its tail nothing of it is obeyed.
test_hand_reports_of_a_hostile_board_are_harmless() {
	local image
	console_project
	"$RUNTEST" build patched --board qemu_virt_aarch64 >"$T/built"
	image=$(grep -o '[^ ]*loader.img' "$T/built" | head -1)
	rm "$T/project/boards/kinds"
	cp -r "$root/boards/kinds" "$T/project/boards/"
	cat >"$T/project/boards/kinds/recorded.yaml" <<-'YAML'
		kind: recorded
		about: what another board said
		arch: aarch64
		entry: el2
		memory: {base: 0x40000000, size: 2G}
		load-address: 0x70000000
	YAML
	sed -e 's/^scenario: .*/scenario: denies/' -e 's/^phases:/deny:\n  - {text: "seL4 called fail.*"}\nphases:/' \
		"$T/project/scenarios/patient.yaml" >"$T/project/scenarios/denies.yaml"
	printf 'unit: tape\nkind: recorded\nconsole: {replay: {file: %s/console.log, speed: at-once}}\n' "$T" \
		>"$T/project/boards/units/tape.yaml"
	printf '\033]0;title\007\033[2J\233\302\233\342\200\256\033P$q\033\\\nseL4 called fail \033]52;c;eA==\007at\302\205\n' \
		>"$T/console.log"
	echo '0 1000' >"$T/console.idx"
	expect_status 1 "$RUNTEST" --project "$T/project" run -v denies --image "$image" --board tape --results "$T/results"
	expect_text "$T/err" '| \x1b]0;title\x07\x1b[2J\x9b\u{9b}\u{202e}\x1bP$q'
	expect_text "$T/out" '| \x1b]0;title\x07\x1b[2J\x9b\u{9b}\u{202e}\x1bP$q'
	expect_text "$T/out" 'seL4 called fail'
	"$RUNTEST" --project "$T/project" report latest --results "$T/results" >"$T/report" || true
	expect_text "$T/report" '\x1b]0;title'
	expect_without '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]' \
		"$T/out" "$T/err" "$T/report" "$T"/results/latest/junit.xml
}

# A board with a switch, of which $T/on is the relay.
switch_project() {
	console_project
	rm "$T/project/boards/kinds"
	mkdir "$T/project/boards/kinds"
	ln -s "$root"/boards/kinds/* "$T/project/boards/kinds/"
	cat >"$T/project/boards/kinds/bench.yaml" <<-'YAML'
		kind: bench
		about: a board on the bench
		arch: aarch64
		entry: el2
		memory: {base: 0x40000000, size: 2G}
		load-address: 0x70000000
		discharge: 1ms
	YAML
	cat >"$T/project/boards/units/asked.yaml" <<-YAML
		unit: asked
		kind: bench
		console: {exec: {command: [sleep, "1000"]}}
		power:
		  exec:
		    on: [sh, -c, "cp $RUNTEST_STATE/units/asked.powered $T/on"]
		    off: [rm, -f, "$T/on"]
		    state: {command: [sh, -c, "test -e $T/on && echo on || echo off"], on: '^on$', off: '^off$'}
	YAML
	cat >"$T/project/boards/units/told.yaml" <<-YAML
		unit: told
		kind: bench
		power: {exec: {on: ["true"], off: ["true"]}}
	YAML
}

powered() {
	"$RUNTEST" who | grep "^$1 .*powered by hand by "
}

test_hand_power_leaves_a_mark_until_it_is_off_for_certain() {
	switch_project
	expect_status 0 by_hand power asked on
	powered asked || fail "no mark"
	grep -q '"by": "hand"' "$T/on" || fail "no mark when power went on"
	expect_status 0 by_hand power asked cycle
	powered asked || fail "no mark"
	expect_status 0 by_hand power asked off
	! powered asked || fail "it is off, and marked as powered"
	# Whether this one is off nobody can tell.
	expect_status 0 by_hand power told on
	expect_status 0 by_hand power told off
	powered told || fail "no mark"
}

test_hand_power_waits_for_its_turn() {
	local sitter
	switch_project
	"$RUNTEST" --project "$T/project" console asked --linger 1h </dev/null >"$T/shown" 2>"$T/told" &
	sitter=$!
	wait_for 10 grep -q 'kept in' "$T/told"
	expect_status 4 by_hand power --no-wait asked on
	expect_text "$T/err" "board asked is not free: "
	[ ! -e "$T/on" ] || fail "it was switched in spite of that"
	expect_status 0 by_hand power asked state
	expect_text "$T/out" "off"
	expect_status 2 by_hand load asked "$T/told"
	expect_text "$T/err" "has no load section"
	(
		wait_for 10 grep -q 'waiting for board asked: ' "$T/waits"
		kill "$sitter"
	) &
	by_hand power asked on 2>"$T/waits"
	[ -e "$T/on" ] || fail "it was not switched"
	expect_text "$T/waits" '`runtest console --watch asked` looks on meanwhile'
}

is_loading() {
	grep -qs 'TFTP from server' "$T"/shelf/latest/*/1/console.log
}

# A session on a board of hardware: a second person looks on, and is told who has it.
test_hand_watch_of_a_session() {
	local runner watcher
	patient_shelf
	"$RUNTEST" --project "$T/project" run patient --image "$image" --board a64 --results "$T/shelf" >"$T/out" 2>"$T/err" &
	runner=$!
	wait_for 30 is_loading
	"$RUNTEST" --project "$T/project" console --watch a64 --lines 1000 >"$T/watched" 2>"$T/told" &
	watcher=$!
	wait_for 20 grep -q '^HOLD|loaded$' "$T/watched"
	expect_text "$T/watched" 'TFTP from server' # said before the watcher came
	expect_text "$T/told" 'for runtest run, run 2'
	"$RUNTEST" who >"$T/who"
	grep -q '^a64 .*runtest run.* powered by 2' "$T/who" || fail "$(cat "$T/who")"
	expect_status 4 by_hand power --no-wait a64 off
	kill -TERM "$runner"
	wait_for 30 has_ended "$watcher"
	wait_for 30 has_ended "$runner"
	expect_text "$T/told" 'the board was given back'
}
