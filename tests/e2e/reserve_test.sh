# Boards that somebody has reserved, and who waits for one: first come, first served.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/e2e/loadlib.sh
. "$root/tests/e2e/loadlib.sh"

# lab: a board called "shelf", and a state folder of the test's own.
lab() {
	cable
	console_project
	unit shelf "{tty: {device: $T/near, reopen: 100ms}, settle: 100ms}"
	"$root/tests/e2e/simpleboard.py" "$T/far" "$T/notes" &
	wait_for 60 test -e "$T/notes"
}

by_hand() {
	"$RUNTEST" --project "$T/project" "$@"
}

# reserve BOARD [OPTION...]: the token goes to $token.
reserve() {
	token=$(by_hand reserve --for 2h --why 'bisecting the GIC' --wait 60s "$@" 2>"$T/told" </dev/null) || fail "$(cat "$T/told")"
	[[ $token =~ ^[0-9a-f]{32}$ ]] || fail "no token: $token"
}

# as_other COMMAND...: by another user, as far as reservations go: the name in the file is changed.
as_other() {
	sed -i 's/"user": "[^"]*"/"user": "ada"/' "$T"/farm-state/units/*.lease
	"$@"
}

# who PYTHON: an expression over `u`, the units of `who --json` by name.
who() {
	"$RUNTEST" who --json | python3 -c 'import json, sys
u = {x["unit"]: x for x in json.load(sys.stdin)["units"]}
print(eval(sys.argv[1]))' "$1"
}

# expect_waiting BOARD: a session there is not let in, without a token.
expect_waiting() {
	local pid got=0
	"$RUNTEST" --project "$T/project" run pd-survives --variant patched --board "$1" --results "$T/results" >"$T/out" 2>"$T/waits" &
	pid=$!
	wait_for 60 grep -q "waiting for $1: .* a reservation until .*: bisecting the GIC" "$T/waits"
	kill "$pid"
	wait "$pid" || got=$?
	[ "$got" -eq 143 ] || fail "exit status $got"
}

is_waited_for() {
	[ "$(who "len(u['shelf']['waiting']) if 'shelf' in u else 0")" = "$1" ]
}

test_reserve_a_board_is_for_whom_it_is_reserved() {
	lab
	reserve shelf
	expect_text "$T/told" "shelf is yours until "
	expect_text "$T/told" "until nobody has used it for 1h"
	by_hand reserve --list >"$T/out"
	grep -q '^shelf .*bisecting the GIC' "$T/out" || fail "$(cat "$T/out")"
	[ "$(who "u['shelf']['reserved']['for'], u['shelf']['held'], u['shelf']['waiting']")" = "('bisecting the GIC', None, [])" ] ||
		fail "who --json"
	! grep -q "$token" "$T"/farm-state/units/* || fail "the token is on the disk"
	# The same user by hand is let in, but not that user's sessions.
	expect_status 0 by_hand console shelf --linger 0ms --wait 60s
	expect_waiting shelf
	# Nobody else is, without the token.
	as_other expect_status 4 by_hand console shelf --linger 0ms --wait 50ms
	expect_text "$T/err" "board shelf is not free: reserved by ada until "
	expect_text "$T/err" "bisecting the GIC"
	expect_status 4 by_hand reserve shelf --for 1h --why too --no-wait
	expect_status 0 env RUNTEST_TOKEN="$token" "$RUNTEST" --project "$T/project" console shelf --linger 0ms --wait 60s
	expect_status 4 env RUNTEST_TOKEN="${token}0" "$RUNTEST" --project "$T/project" console shelf --linger 0ms --no-wait
	# It is given back by who has the token.
	expect_status 2 by_hand release shelf --token 00
	expect_text "$T/err" "shelf is not yours: reserved by ada"
	expect_status 0 by_hand release shelf --token "$token"
	expect_status 2 by_hand release shelf
	expect_text "$T/err" "shelf is not reserved"
	expect_status 0 by_hand console shelf --linger 0ms --no-wait
	by_hand reserve --list >"$T/out"
	expect_text "$T/out" "nothing is reserved"
}

test_reserve_of_a_kind_any_unit_will_do() {
	shelf
	shelf_kind shelf_a64 aarch64 'uboot: {start: "booti {address} - ${fdtcontroladdr}", deadline: 15s}'
	shelf_unit one shelf_a64 aarch64 "{tftp: {root: $T/tftp}}"
	shelf_unit two shelf_a64 aarch64 "{tftp: {root: $T/tftp}}"
	for _ in 1 2; do
		by_hand reserve shelf_a64 --for 1h --why both --json --no-wait </dev/null || fail "not to be had"
	done >"$T/reserved"
	python3 - "$T/reserved" <<-'PY'
		import json, sys
		d = json.JSONDecoder(); text = open(sys.argv[1]).read().strip(); seen = []
		while text:
		    one, end = d.raw_decode(text); text = text[end:].strip(); seen.append(one)
		assert len({x["token"] for x in seen}) == 2 and all(x["until"].endswith("Z") and x["idle"] == "1h" for x in seen), seen
		assert sorted(x["unit"] for x in seen) == ["one", "two"], seen
	PY
	expect_status 4 by_hand reserve shelf_a64 --for 1h --why three --no-wait
	expect_text "$T/err" "none of 2 boards is free"
	expect_status 0 by_hand release one
	expect_status 0 by_hand release two
	# One that is set aside is left out, unless it is named.
	expect_status 0 by_hand health --aside 'it smells' one
	expect_status 0 by_hand reserve shelf_a64 --for 1h --why four --json --no-wait
	expect_text "$T/out" '"two"'
	expect_status 4 by_hand reserve shelf_a64 --for 1h --why five --no-wait
	expect_status 0 by_hand reserve one --for 1h --why six --no-wait
}

test_reserve_a_qemu_kind_keeps_others_from_its_machines() {
	local runner
	console_project
	reserve qemu_virt_aarch64
	expect_waiting qemu_virt_aarch64
	expect_status 4 by_hand run pd-survives --variant patched --board qemu_virt_aarch64 --wait 50ms --results "$T/results"
	expect_query no-board "r['sessions'][0]['not_run']"
	expect_status 0 env RUNTEST_TOKEN="x,$token" "$RUNTEST" --project "$T/project" run pd-survives --variant patched \
		--board qemu_virt_aarch64 --results "$T/results"
	# Of another kind it says nothing. Who waits goes on when it is given back.
	expect_status 0 by_hand run pd-survives --variant patched --board qemu_virt_riscv64 --results "$T/results"
	by_hand run pd-survives --variant patched --board qemu_virt_aarch64 --results "$T/results" >"$T/ran" 2>"$T/waits.on" &
	runner=$!
	wait_for 60 grep -qs 'waiting for qemu_virt_aarch64: ' "$T/waits.on"
	expect_status 0 by_hand release qemu_virt_aarch64
	wait "$runner" || fail "$(cat "$T/ran" "$T/waits.on")"
}

test_reserve_what_is_asked_wrongly() {
	console_project
	unit shelf "{tty: {device: $T/near}}" # nobody sits down at it
	expect_status 2 by_hand reserve shelf --why x
	expect_text "$T/err" "--for 2h"
	expect_status 2 by_hand reserve shelf --for 2h
	expect_text "$T/err" "--why"
	expect_status 2 by_hand reserve shelf --for 2 --why x
	expect_text "$T/err" "--for takes a time"
	expect_status 2 by_hand reserve shlef --for 2h --why x
	expect_text "$T/err" 'did you mean "shelf"?'
	expect_status 2 by_hand reserve shelf --for 9h --why x
	expect_text "$T/err" "--for: at most 8h here"
	expect_status 2 by_hand console shelf --wait soon
	expect_text "$T/err" "--wait takes a time"
	expect_status 2 by_hand reserve --extend shelf --for 2h
	expect_text "$T/err" "shelf is not reserved"
	# The farm's own limits.
	mkdir -p "$T/farm-state"
	printf 'max-hold: 30m\nidle: 10m\n' >"$T/farm-state/limits.yaml"
	expect_status 2 by_hand reserve shelf --for 2h --why x
	expect_text "$T/err" "--for: at most 30m here"
	expect_status 0 by_hand reserve shelf --for 20m --why x
	expect_text "$T/err" "until nobody has used it for 10m"
	expect_status 0 by_hand reserve --extend shelf --for 25m
	expect_status 2 by_hand reserve --extend shelf --for 31m
	expect_text "$T/err" "at most 30m"
	printf 'max-hold: long\n' >"$T/farm-state/limits.yaml"
	expect_status 2 by_hand reserve shelf --for 20m --why x
	expect_text "$T/err" "limits.yaml:1:11: error: max-hold: expected a duration"
}

test_reserve_who_waits_is_served_in_order() {
	local i pids=()
	lab
	mkfifo "$T/keys"
	by_hand console shelf --linger 0ms <"$T/keys" >"$T/shown" 2>"$T/told" &
	exec 7>"$T/keys"
	wait_for 60 grep -q 'kept in' "$T/told"
	for i in 1 2 3; do
		by_hand console shelf --linger 0ms <<<"turn $i" >"$T/shown$i" 2>"$T/told$i" 7>&- &
		pids+=($!)
		wait_for 60 is_waited_for "$i"
	done
	"$RUNTEST" who >"$T/out"
	grep -q '^WAITED FOR  # *BY' "$T/out" || fail "$(cat "$T/out")"
	grep -q '^shelf  *3 ' "$T/out" || fail "$(cat "$T/out")"
	wait_for 60 grep -q '; 2 wait before' "$T/told3"
	[ "$(who "[w['for'] for w in u['shelf']['waiting']]")" = "['by hand: runtest console', 'by hand: runtest console', 'by hand: runtest console']" ] ||
		fail "who --json"
	exec 7>&-
	for i in "${pids[@]}"; do
		wait "$i" || fail "$(cat "$T"/told?)"
	done
	# The board knows who had it when.
	wait_for 60 grep -q 'turn 3' "$T/notes"
	[ "$(tr -d '\r' <"$T/notes")" = $'turn 1\nturn 2\nturn 3' ] || fail "$(cat "$T/notes")"
}

test_reserve_a_console_ends_with_the_reservation() {
	lab
	reserve shelf
	expect_status 0 by_hand reserve --extend shelf --for 4m
	mkfifo "$T/keys"
	by_hand console shelf --linger 0ms <"$T/keys" >"$T/shown" 2>"$T/told" &
	sitter=$!
	exec 7>"$T/keys"
	wait_for 60 grep -q 'the reservation ends in .*runtest reserve --extend shelf' "$T/told"
	expect_status 0 by_hand release shelf
	wait_for 60 has_ended "$sitter"
	! wait "$sitter" || fail "it ended as if nothing had happened"
	expect_text "$T/told" "the reservation of shelf has been given back"
	exec 7>&-
}

test_reserve_a_console_at_which_nothing_is_typed_ends() {
	lab
	mkdir -p "$T/farm-state"
	echo 'idle: 1s' >"$T/farm-state/limits.yaml"
	mkfifo "$T/keys"
	by_hand console shelf --linger 0ms <"$T/keys" >"$T/shown" 2>"$T/told" &
	sitter=$!
	exec 7>"$T/keys"
	wait_for 60 grep -q 'any key keeps it' "$T/told"
	wait_for 60 has_ended "$sitter"
	! wait "$sitter" || fail "it ended as if nothing had happened"
	expect_text "$T/told" "nothing was typed for "
	exec 7>&-
}

# A board that is switched, at work for a session that has the token.
begin_session() {
	patient_shelf
	reserve a64
	RUNTEST_TOKEN=$token by_hand run patient --image "$image" --board a64 --retries 0 --results "$T/results" >"$T/out" 2>"$T/err" &
	runner=$!
	wait_for 180 is_started
}

is_started() {
	grep -qs '^HOLD|loaded' "$T"/results/*/patient.*/1/console.log
}

end_session() {
	local got=0
	wait_for 60 has_ended "$runner"
	wait "$runner" || got=$?
	[ "$got" -eq 3 ] || fail "exit status $got: $(cat "$T/out" "$T/err")"
	expect_query infra "r['sessions'][0]['verdict']"
	expect_query None "r['sessions'][0]['part']"
}

test_reserve_a_session_switches_off_when_the_reservation_ends() {
	begin_session
	test -e "$T/qemu.pid"
	expect_status 0 by_hand release a64
	end_session
	query "r['sessions'][0]['why']" >"$T/why"
	expect_text "$T/why" "the reservation of a64 has been given back"
	[ ! -e "$T/qemu.pid" ] || fail "the board is still on"
	"$RUNTEST" who >"$T/out"
	expect_text "$T/out" "none was left on"
}

test_reserve_a_session_that_has_lost_its_lock_leaves_the_board_alone() {
	begin_session
	# Somebody else puts a file of his own there, and has the lock by that.
	python3 -c 'import fcntl, os, sys, time
f = open(sys.argv[1] + ".new", "w")
fcntl.lockf(f, fcntl.LOCK_EX)
os.rename(f.name, sys.argv[1])
time.sleep(1000)' "$T/farm-state/units/a64.lock" &
	end_session
	query "r['sessions'][0]['why']" >"$T/why"
	expect_text "$T/why" "the lock of board a64 was lost"
	test -e "$T/qemu.pid" || fail "it has switched a board that may be somebody else's"
	[ "$(who "u['a64']['powered'] is None")" = False ] || fail "the mark is gone"
}
