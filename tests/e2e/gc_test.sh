# `runtest gc`: what goes, what stays, and that only runs are touched.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

past() {
	"$root/tests/e2e/pastrun.py" "$T/results" "$@"
}

gc() {
	"$RUNTEST" gc --results "$T/results" "$@"
}

# Six runs of one session: it failed 30 days ago and 50 days ago.
six_runs() {
	past r60 60 a.v.u.c=pass
	past r50 50 a.v.u.c=fail
	past r40 40 a.v.u.c=pass
	past r30 30 a.v.u.c=fail
	past r20 20 a.v.u.c=pass
	past r0 0 a.v.u.c=pass
}

runs() {
	(cd "$T/results" && echo r*)
}

test_gc_keeps_the_last_failing_run_of_a_session() {
	six_runs
	expect_status 0 gc --keep-days 10 --dry-run
	expect_text "$T/out" "4 of 6 runs would go"
	[ "$(runs)" = "r0 r20 r30 r40 r50 r60" ] || fail "a rehearsal removed something: $(runs)"
	expect_status 0 gc --keep-days 10
	expect_text "$T/out" "the last in which a.v.u.c failed"
	[ "$(runs)" = "r0 r30" ] || fail "left: $(runs)"
	expect_status 0 gc --keep-days 10
	expect_text "$T/out" "0 of 2 runs went"
}

test_gc_goes_by_number_and_size() {
	six_runs
	expect_status 0 gc --keep-runs 3
	[ "$(runs)" = "r0 r20 r30" ] || fail "left: $(runs)"
	dd if=/dev/zero of="$T/results/r20/console.log" bs=64K count=4 status=none
	expect_status 0 gc --keep-size 200K
	[ "$(runs)" = "r0 r30" ] || fail "left: $(runs)"
	expect_status 0 gc --keep-size 1K
	expect_text "$T/out" "what must stay takes more than --keep-size"
	[ "$(runs)" = "r0 r30" ] || fail "left: $(runs)"
}

test_gc_leaves_pinned_and_running_ones() {
	six_runs
	expect_status 0 gc --pin r60 'figures of the paper'
	(flock 9 && touch "$T/locked" && exec sleep 1000) 9>>"$T/results/r50/journal.jsonl" &
	wait_for 10 test -e "$T/locked"
	expect_status 0 gc --keep-runs 1
	expect_text "$T/out" "pinned: figures of the paper"
	expect_text "$T/out" "it is still going on"
	[ "$(runs)" = "r0 r30 r50 r60" ] || fail "left: $(runs)"
	kill $!
	wait $! || true
	wait_for 10 flock -n "$T/results/r50/journal.jsonl" true
	expect_status 0 gc --unpin r60
	expect_status 0 gc --keep-runs 1
	[ "$(runs)" = "r0 r30" ] || fail "left: $(runs)"
}

test_gc_touches_nothing_else() {
	six_runs
	mkdir "$T/results/bisect-1" "$T/elsewhere"
	touch "$T/elsewhere/precious" "$T/results/history.db"
	ln -s "$T/elsewhere" "$T/results/r60/link"
	ln -s "$T/results/r60" "$T/elsewhere/run"
	ln -s "$T/elsewhere/run" "$T/results/rlink"
	mv "$T/results/r40" "$T/results/.trash.r40"
	expect_status 0 gc --keep-runs 1
	expect_text "$T/out" "1 that an earlier gc had begun to remove: finished"
	[ "$(runs)" = "r0 r30 rlink" ] || fail "left: $(runs)"
	[ -e "$T/elsewhere/precious" ] && [ -e "$T/results/history.db" ] && [ -d "$T/results/bisect-1" ] || fail "too much went"
	[ -z "$(find "$T/results" -name '.trash*')" ] || fail "something is left of what went"
}

test_gc_says_what_it_cannot_do() {
	six_runs
	expect_status 2 gc
	expect_text "$T/err" "what may go?"
	expect_status 2 gc --keep-days 0
	expect_status 2 gc --keep-size 10X
	expect_status 2 gc --pin r60
	expect_text "$T/err" "wants to know why"
	expect_status 2 gc --pin r60 why --keep-runs 1
	expect_status 2 gc --unpin r60
	expect_text "$T/err" "that run is not pinned"
	expect_status 2 "$RUNTEST" gc --results "$T/nowhere" --keep-runs 1
	(flock 9 && touch "$T/locked" && exec sleep 1000) 9<"$T/results" &
	wait_for 10 test -e "$T/locked"
	expect_status 2 gc --keep-runs 1
	expect_text "$T/err" "another \`runtest gc\` is at work there"
	kill $!
	[ "$(runs)" = "r0 r20 r30 r40 r50 r60" ] || fail "something was removed: $(runs)"
}
