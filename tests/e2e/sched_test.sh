# When sessions have their turn, what is tried again, and what is left out: with boards whose consoles are scripts.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/e2e/schedlib.sh
. "$root/tests/e2e/schedlib.sh"

# events NAME: how many of them are in the newest run's journal.
events() {
	grep -c "^{\"event\":\"$1\"" "$T/results/latest/journal.jsonl" || true
}

test_a_broken_lab_is_tried_again_and_the_pass_is_a_pass() {
	sched_project
	board weak 'echo noop: up' '[ $attempt -gt 1 ]'
	sched 0 --board weak
	expect_query pass "r['sessions'][0]['verdict']"
	expect_query 2 "r['sessions'][0]['attempts']"
	expect_query "['infra']" "[t['verdict'] for t in r['sessions'][0]['tried']]"
	expect_text "$T/err" "will be tried again"
	[ "$(events session-tried)" -eq 1 ] && [ "$(events session-ended)" -eq 1 ]
	# Each attempt has its files.
	[ -e "$T/results/latest/$(query "r['sessions'][0]['tried'][0]['dir']")/console.log" ]
	# Without retries it is what it is.
	again weak
	sched 3 --board weak --retries 0
	expect_query infra "r['sessions'][0]['verdict']"
	expect_query 1 "r['sessions'][0]['attempts']"
	# And one that never comes is tried as often as allowed.
	board dead 'echo noop: up' false
	sched 3 --board dead --retries 2
	expect_query 3 "r['sessions'][0]['attempts']"
	[ "$(events session-tried)" -eq 2 ]
}

test_a_dead_lab_is_not_tried_for_ever() {
	sched_project
	board dead 'echo noop: up' false
	board gone 'echo noop: up' false
	sched 3 --board dead --board gone --repeat 10 --retries 9
	expect_query 20 "r['totals']['infra']"
	[ "$(events session-tried)" -le 7 ] || fail "$(events session-tried) retries"
}

test_a_board_that_breaks_time_and_again_is_set_aside() {
	sched_project
	board dead 'echo noop: up' false
	sched 3 --board dead --repeat 5 --retries 0
	expect_query 5 "r['totals']['infra']"
	[ "$(wc -l <"$T/dead/switched")" -eq 3 ] || fail "it was tried $(wc -l <"$T/dead/switched") times"
	expect_text "$T/err" "board dead is set aside"
	expect_query True "'set aside' in r['sessions'][4]['why'] and r['sessions'][4]['attempts'] == 0"
	# A pool leaves it out; by its name it is refused, as it was.
	board good 'echo noop: up'
	sched 0 --board scripted --repeat 2 --retries 0
	expect_query "{'good'}" "{s['unit'] for s in r['sessions']}"
	sched 3 --board dead
	[ "$(wc -l <"$T/dead/switched")" -eq 3 ]
	# Who mends it may use it.
	sched 3 --board dead --any-health --retries 0
	[ "$(wc -l <"$T/dead/switched")" -eq 4 ]
	# What passes in between ends the row.
	board weak 'echo noop: up' '[ $((attempt % 3)) -eq 0 ]'
	sched 3 --board weak --repeat 6 --retries 0
	[ "$(wc -l <"$T/weak/switched")" -eq 6 ] || fail "it was tried $(wc -l <"$T/weak/switched") times"
	expect_query 2 "r['totals']['pass']"
}

test_a_failure_is_final_unless_the_scenario_says_otherwise() {
	sched_project
	board moody 'if [ $attempt -gt 1 ]; then echo noop: up; else echo it broke; fi'
	sched 1 --board moody
	expect_query fail "r['sessions'][0]['verdict']"
	[ "$(events session-tried)" -eq 0 ]
	scenario boots 'retries: {fail: 1}'
	again moody
	sched 0 --board moody
	expect_query flaky "r['sessions'][0]['verdict']"
	expect_query "['fail']" "[t['verdict'] for t in r['sessions'][0]['tried']]"
	again moody
	sched 5 --board moody --flaky-exit
	# One that always fails, fails.
	board broken 'echo it broke'
	sched 1 --board broken
	expect_query fail "r['sessions'][0]['verdict']"
	expect_query 2 "r['sessions'][0]['attempts']"
}

# quarantine UNTIL: of all sessions on the board `broken`.
quarantine() {
	mkdir -p "$T/project/scenarios/quarantine"
	cat >"$T/project/scenarios/quarantine/broken.yaml" <<-YAML
		quarantine: broken
		sessions: [boots.noop.broken.debug]
		reason: it is known to be broken
		until: $1
	YAML
}

test_a_failure_in_quarantine_is_excused_until_its_day() {
	sched_project
	board broken 'echo it broke'
	board good 'echo noop: up'
	quarantine 2999-12-31
	sched 0 --board broken --board good --fail-fast
	expect_query "[('broken', 'fail', 'broken'), ('good', 'pass', None)]" \
		"sorted((s['unit'], s['verdict'], (s['quarantine'] or {}).get('name')) for s in r['sessions'])"
	quarantine 2020-01-31
	sched 1 --board broken --board good
	expect_text "$T/out" "scenarios/quarantine/broken.yaml:1"
	expect_query "[None, None]" "[s['quarantine'] for s in r['sessions']]"
	# It fails a run in which its session has become well, too: somebody has to take it away.
	rm "$T/project/boards/units/broken.yaml"
	board broken 'echo noop: up'
	sched 1 --board broken
	expect_query pass "r['sessions'][0]['verdict']"
}

test_a_retry_comes_after_those_that_wait_and_takes_another_board() {
	sched_project
	board pool-1 'echo noop: up' false
	board pool-2 'sleep 0.3; echo noop: up'
	sched 0 --board scripted --repeat 3
	expect_query "{'pool-2'}" "{s['unit'] for s in r['sessions']}"
	expect_query "{'pool-1'}" "{t['unit'] for s in r['sessions'] for t in s['tried']}"
}

test_fail_fast_begins_no_more_and_ends_nothing_that_runs() {
	sched_project
	board moody 'if [ $attempt -eq 2 ]; then echo it broke; else echo noop: up; fi'
	sched 1 --board moody --repeat 5 --fail-fast
	expect_query "['pass', 'fail', 'cancelled', 'cancelled', 'cancelled']" "[s['verdict'] for s in r['sessions']]"
	expect_query "[None, None, 'stopped', 'stopped', 'stopped']" "[s['not_run'] for s in r['sessions']]"
	expect_text "$T/err" "another session had failed"
	# What was left out is run when the run is resumed.
	expect_status 1 "$RUNTEST" --project "$T/project" run --resume latest --results "$T/results"
	expect_query "['pass', 'fail', 'pass', 'pass', 'pass']" "[s['verdict'] for s in r['sessions']]"
	# --keep-going overrides it.
	again moody
	sched 1 --board moody --repeat 5 --fail-fast --keep-going
	expect_query 4 "r['totals']['pass']"
	# A session that runs beside the failing one goes on to its own end.
	board slow 'sleep 1; echo noop: up'
	board broken 'echo it broke'
	sched 1 --board slow --board broken --fail-fast
	expect_query "[('broken', 'fail'), ('slow', 'pass')]" "sorted((s['unit'], s['verdict']) for s in r['sessions'])"
}

test_max_time_drains() {
	sched_project
	board slow 'sleep 1; echo noop: up'
	sched 4 --board slow --repeat 20 --max-time 6s # time enough for one, wherever this is run
	expect_query True "0 < r['totals']['pass'] < 7"
	expect_query 20 "r['totals']['pass'] + sum(s['not_run'] == 'no-time' for s in r['sessions'])"
	# One that does not come to its end is told to.
	board silent ':'
	sched 4 --board silent --max-time 4s
	expect_query "cancelled no-time 1" "' '.join(str(r['sessions'][0][k]) for k in ('verdict', 'not_run', 'attempts'))"
	# With time enough there is no difference.
	board quick 'echo noop: up'
	sched 0 --board quick --repeat 2 --max-time 1h
}

test_a_board_that_is_not_given_back_in_time() {
	sched_project
	board taken "until [ -e '$T/given-back' ]; do sleep 0.05; done; echo noop: up"
	board free 'echo noop: up'
	"$RUNTEST" --project "$T/project" run boots --board taken --results "$T/other" >"$T/holder" 2>&1 &
	wait_for 60 test -e "$T/taken/count"
	# One that waits takes nothing from the others, even where one is all that may work.
	sched 4 --board taken --board free --wait 300ms --jobs 1
	expect_query "[('free', None), ('taken', 'no-board')]" "sorted((s['unit'], s['not_run']) for s in r['sessions'])"
	expect_query pass "next(s['verdict'] for s in r['sessions'] if s['unit'] == 'free')"
	touch "$T/given-back"
	wait
	sched 0 --board taken --wait 300ms
}

test_a_session_whose_process_dies_is_tried_again() {
	local pid
	sched_project
	board patient '[ $attempt -eq 1 ] || echo noop: up'
	"$RUNTEST" --project "$T/project" run boots --board patient --results "$T/results" >"$T/out" 2>"$T/err" &
	wait_for 60 test -s "$T/patient/count"
	pid=$(pgrep -P $!)
	kill -KILL "$pid"
	wait $! || fail "exit status $?: $(cat "$T/out" "$T/err")"
	expect_query pass "r['sessions'][0]['verdict']"
	expect_query "['infra']" "[t['verdict'] for t in r['sessions'][0]['tried']]"
	expect_query True "'killed by signal 9' in r['sessions'][0]['tried'][0]['why']"
}
