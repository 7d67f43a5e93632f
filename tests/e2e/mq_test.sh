# Boards behind a machine queue: lock, boot, console and release through the calls of its client. Faults: tests/lab/mq_test.sh.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/e2e/mqlib.sh
. "$root/tests/e2e/mqlib.sh"

test_queued_board_is_locked_booted_followed_and_given_back() {
	local dir
	queue
	run_queued 0 listen
	expect_query pass "r['sessions'][0]['verdict']"
	dir=$(echo "$T"/results/latest/*/1)
	# Every byte of the board's is there, behind what the client itself says.
	tail -c "$(stat -c %s "$dir/mq-console.log")" "$dir/console.log" | cmp - "$dir/mq-console.log"
	expect_text "$dir/console.log" "Lock acquired, we are allowed to run"
	expect_text "$dir/mq.log" "sem -wait a1 -k runtest-"
	[ "$(cut -d' ' -f1 "$MQ_STANDIN/events" | tr '\n' ' ')" = "wait locked run on off signal unlocked " ] ||
		fail "$(cat "$MQ_STANDIN/events")"
	expect_over
}

test_queued_board_takes_no_input_and_says_so_before_anything_runs() {
	queue
	scenario typist "expect: '^HOLD\\|loaded$'" 'send: "x\n"'
	run_queued 1 typist
	expect_query skipped "r['sessions'][0]['verdict']"
	expect_query True "'no input: board queued is behind a machine queue' in r['sessions'][0]['why']"
	[ ! -e "$MQ_STANDIN/events" ] || fail "the queue was asked"
}

test_lock_of_another_is_waited_for_and_said() {
	queue 'retry: 1s'
	mkdir "$MQ_STANDIN/a1.lock"
	echo alice >"$MQ_STANDIN/a1.lock/owner"
	echo hers >"$MQ_STANDIN/a1.lock/key"
	echo '2026-01-02 03:04:05.6 +0000' >"$MQ_STANDIN/a1.lock/since"
	begin_queued listen
	wait_for 60 grep -qs 'alice has it since 2026-01-02 03:04:05.6' "$T/err"
	rm -r "$MQ_STANDIN/a1.lock"
	wait "$pid"
	expect_query pass "r['sessions'][0]['verdict']"
	expect_over
}

# What docs show and others copy is checked with everything else, and nobody can run on it.
test_examples_are_checked_and_no_boards() {
	local example
	expect_status 0 "$RUNTEST" check
	expect_status 2 "$RUNTEST" pd-survives --board example-mq --results "$T/results"
	queue
	mkdir "$T/project/boards/examples"
	for example in "$root"/boards/examples/*.yaml; do
		sed 's/^unit: /unti: /' "$example" >"$T/project/boards/examples/$(basename "$example")"
	done
	cp "$root"/boards/kinds/*.yaml "$T/project/boards/kinds/"
	cp "$root"/scenarios/*.yaml "$T/project/scenarios/"
	expect_status 2 "$RUNTEST" --project "$T/project" check
	expect_text "$T/err" 'unknown key "unti"'
}
