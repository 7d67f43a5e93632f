# Boards behind a machine queue when something goes wrong: each ends in the right verdict, the board off, the lock given back.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/e2e/mqlib.sh
. "$root/tests/e2e/mqlib.sh"

fault() {
	echo "$1" >"$MQ_STANDIN/fault"
}

# The other's lock, with the key of another job.
held_by_alice() {
	mkdir "$MQ_STANDIN/$1.lock"
	echo alice >"$MQ_STANDIN/$1.lock/owner"
	echo other-job >"$MQ_STANDIN/$1.lock/key"
	echo '2026-01-02 03:04:05.6 +0000' >"$MQ_STANDIN/$1.lock/since"
}

expect_alice_has() {
	[ "$(cat "$MQ_STANDIN/$1.lock/owner")" = alice ] || fail "alice's lock was taken away"
}

test_ssh_failure_is_the_labs() {
	queue
	fault ssh
	run_queued 3 listen
	expect_lab "the queue's host cannot be reached by ssh"
	[ ! -e "$MQ_STANDIN/events" ] || fail "something went through"
}

test_board_that_the_queue_cannot_boot_is_the_labs() {
	queue
	fault boot-timeout
	run_queued 3 listen
	expect_lab "the board did not boot within the queue's own time limit"
	expect_text "$(echo "$T"/results/latest/*/1/console.log)" '[[Boot timeout]]'
	expect_over_off
}

# Nothing was ever on.
expect_over_off() {
	has_no_lock a1
	! has_event 'on ' || fail "the board was switched on"
}

test_jobs_time_limit_is_the_labs() {
	queue 'job: 2s'
	run_queued 3 patient
	expect_lab "the job's time limit passed"
	expect_over
}

test_boards_own_failure_is_not_the_labs() {
	queue
	scenario strict "deny: {text: '^HOLD\\|loaded$'}" "expect: 'a text that never comes'"
	run_queued 1 strict
	expect_query fail "r['sessions'][0]['verdict']"
	expect_over
}

test_image_that_does_not_take_over_in_time_is_the_labs() {
	queue 'started: "## Starting application"' 'boot: 3s' # by then the client hears ^C
	run_queued 3 listen
	expect_lab "did not say \"## Starting application\" within 3 s"
	expect_over
}

test_sign_of_the_image_is_waited_for() {
	queue 'started: "LDR|INFO: altloader"'
	run_queued 0 listen
	expect_over
}

test_lock_lost_before_the_run_is_the_labs() {
	queue
	fault steal
	run_queued 3 listen
	expect_lab "the lock was lost before the board was started"
	expect_alice_has a1
}

test_lock_lost_while_the_board_runs_is_not_released_for_the_other() {
	queue
	fault theft
	run_queued 3 listen
	expect_alice_has a1
	expect_lab "the lock of a1 was lost: alice has it since"
	expect_text "$T/err" "the lock of board a1 was not ours any more"
}

test_lost_connection_keeps_every_byte_and_is_the_labs() {
	local dir
	queue
	fault connection
	run_queued 3 patient
	expect_lab "the ssh connection to the queue's host was lost"
	dir=$(echo "$T"/results/latest/*/1)
	expect_text "$dir/console.log" "Connection closed by UNKNOWN port 65535"
	expect_over
}

test_output_cut_in_the_middle_of_a_line_is_all_there() {
	local dir
	queue
	fault cut
	run_queued 3 patient
	expect_lab "mq.sh run of a1 ended by itself with status 1"
	dir=$(echo "$T"/results/latest/*/1)
	tail -c "$(stat -c %s "$dir/mq-console.log")" "$dir/console.log" | cmp - "$dir/mq-console.log"
	expect_over
}

# Output that has ended is no end: how that comes, and why, is told later.
test_output_that_ends_before_the_client_is_no_reason_yet() {
	queue
	fault mute
	run_queued 3 patient
	expect_lab "mq.sh run of a1 ended by itself with status 1"
	expect_over
}

test_client_that_is_killed_is_the_labs() {
	queue
	begin_queued patient
	wait_for 60 has_event 'on '
	kill -9 "$(pgrep -o -f "board.py $MQ_STANDIN a1")"
	wait "$pid" || true
	expect_lab "mq.sh run of a1 ended by itself with status 137"
	has_no_lock a1
	wait_for 60 no_board_process
}

# Of this queue: the image is everybody's.
no_board_process() {
	! pgrep -f "a1 of $MQ_STANDIN" >/dev/null
}

test_client_that_does_not_end_is_killed_and_the_lock_given_back() {
	queue 'stop: 1s'
	fault stubborn
	run_queued 3 listen
	expect_lab "did not end within 1 s when it was told to, and was killed"
	has_no_lock a1
	wait_for 60 no_board_process
}

test_cancelled_session_switches_off_and_gives_back() {
	queue
	begin_queued patient
	wait_for 60 has_event 'on '
	kill -INT "$pid"
	wait "$pid" && fail "it was not cancelled"
	expect_over
	has_event 'unlocked a1' || fail "$(cat "$MQ_STANDIN/events")"
}

test_cancelled_waiting_takes_nothing() {
	queue 'retry: 1s'
	held_by_alice a1
	begin_queued patient
	wait_for 60 grep -qs 'waiting for board a1' "$T/err"
	kill -TERM "$pid"
	wait "$pid" && fail "it was not cancelled"
	expect_alice_has a1
	has_event 'cancel a1' || fail "what waits there was not cancelled"
	rm -r "$MQ_STANDIN/a1.lock"
	sleep 1.5 # longer than the stand-in's retry: whoever still waited would have it now
	[ ! -e "$MQ_STANDIN/a1.lock" ] || fail "somebody waited on"
}

# holder: the process of the session that has the board.
holder() {
	"$RUNTEST" who --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["units"][0]["held"]["pid"])'
}

# A keeper cancels what may still wait there, which a session that ends well has no need of.
test_killed_session_is_cleaned_up_by_its_keeper() {
	queue
	begin_queued patient
	wait_for 60 has_event 'on '
	kill -9 "$(holder)"
	wait "$pid" && fail "it ended well"
	has_no_lock a1
	has_event 'cancel a1' || fail "$(cat "$MQ_STANDIN/events")"
	has_event 'unlocked a1' || fail "$(cat "$MQ_STANDIN/events")"
	wait_for 60 no_board_process
}

# Whatever keeps the client from ending: the board is nobody else's before that. What its warden holds open until all of it has
# ended is held open here.
test_lock_of_a_killed_session_is_kept_while_its_client_lives() {
	local warden
	queue
	begin_queued patient
	wait_for 60 has_event 'on '
	warden=$(pgrep -P "$(holder)" -x runtest-warden)
	exec 9>"/proc/$warden/fd/$(ls "/proc/$warden/fd")"
	kill -9 "$(holder)"
	wait "$pid" && fail "it ended well"
	sleep 1.5 # who does not wait has given the lock back by then
	[ -e "$MQ_STANDIN/a1.lock" ] || fail "the lock was given back, and the board may run: $(cat "$MQ_STANDIN/events")"
	exec 9>&-
	has_no_lock a1
	wait_for 60 no_board_process
}

# Its session hears of it, and ends as if it had been told to.
test_killed_run_leaves_no_board_behind() {
	queue
	begin_queued patient
	wait_for 60 has_event 'on '
	kill -9 "$pid"
	wait "$pid" || true
	expect_over
	has_event 'unlocked a1' || fail "$(cat "$MQ_STANDIN/events")"
	wait_for 60 no_board_process
}

test_board_that_is_never_free_is_given_up() {
	queue 'retry: 1s' 'wait: 2s'
	held_by_alice a1
	run_queued 3 listen
	expect_lab "board a1 of the machine queue was not free within 2 s"
	expect_alice_has a1
}

test_of_several_boards_the_free_one_is_taken() {
	queue
	unit 'boards: [a1, a2]'
	held_by_alice a1
	run_queued 0 listen
	has_event 'run a2' || fail "$(cat "$MQ_STANDIN/events")"
	expect_alice_has a1
	[ ! -e "$MQ_STANDIN/a2.lock" ] || fail "a2 is still locked"
}

test_of_several_boards_the_first_to_become_free_is_taken() {
	queue
	unit 'boards: [a1, a2]' 'retry: 1s'
	held_by_alice a1
	held_by_alice a2
	begin_queued listen
	wait_for 60 grep -qs 'waiting for board a1' "$T/err"
	rm -r "$MQ_STANDIN/a2.lock"
	wait "$pid"
	has_event 'run a2' || fail "$(cat "$MQ_STANDIN/events")"
	expect_alice_has a1
}

test_board_that_is_unknown_there_is_said() {
	queue
	unit 'boards: [a3]'
	run_queued 3 listen
	expect_lab "the queue knows no such board"
}

test_power_cycle_keeps_the_lock() {
	queue
	scenario twice "expect: '^HOLD\\|loaded$'" 'power: cycle' "expect: '^HOLD\\|loaded$'"
	run_queued 0 twice
	[ "$(cut -d' ' -f1 "$MQ_STANDIN/events" | tr '\n' ' ')" = "wait locked run on off run on off signal unlocked " ] ||
		fail "$(cat "$MQ_STANDIN/events")"
	expect_over
}

# The lock is lost while the board runs, and a power cycle asks for it again.
test_power_cycle_finds_a_lost_lock() {
	queue
	fault theft
	scenario twice "expect: '^HOLD\\|loaded$'" 'power: cycle' "expect: '^HOLD\\|loaded$'"
	run_queued 3 twice
	expect_lab "the lock of a1 was lost: alice has it since"
	expect_alice_has a1
}

# A client on another machine: `sh -c` splits its words anew, as ssh would, and the image is brought there and taken away.
test_client_elsewhere_gets_the_image_under_a_name_of_its_own() {
	local name
	queue
	mkdir "$T/there"
	cat >"$T/over-there" <<-'SH'
		#!/bin/sh
		shift
		exec sh -c "$*"
	SH
	chmod +x "$T/over-there"
	cat >"$T/project/boards/units/queued.yaml" <<-YAML
		unit: queued
		kind: shelf
		mq:
		  command: [$T/over-there, queue, $root/tests/standin-mq/mq.sh]
		  boards: [a1]
		  remote:
		    copy: [cp, "{file}", "$T/there/{name}.img"]
		    path: "$T/there/{name}.img"
		    remove: [rm, -f, "$T/there/{name}.img"]
	YAML
	run_queued 0 listen
	name=$(sed -n "s|^run a1 .* $T/there/\(runtest-.*\)\.img$|\1|p" "$MQ_STANDIN/events")
	[ -n "$name" ] || fail "$(cat "$MQ_STANDIN/events")"
	[ -z "$(ls "$T/there")" ] || fail "left there: $(ls "$T/there")"
	expect_over
}

test_full_disk_at_the_clients_machine_is_the_labs() {
	queue
	cat >>"$T/project/boards/units/queued.yaml" <<-'YAML'
		  remote:
		    copy: [sh, -c, "echo no space left for {file} {name}; exit 1"]
		    path: "/there/{name}"
		    remove: ['true', "{name}"]
	YAML
	run_queued 3 listen
	expect_lab "could not copy the image"
	expect_text "$(echo "$T"/results/latest/*/1/mq.log)" "no space left"
}
