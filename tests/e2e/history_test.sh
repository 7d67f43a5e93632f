# The history that runs leave behind: it is there after each, it answers, and it is made again when it is lost.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

run_broken() {
	expect_status 1 "$RUNTEST" --project "$root/tests/projects/broken" '*' --results "$T/results"
}

test_history_has_every_run_and_is_made_again_from_the_journals() {
	run_broken
	[ -e "$T/results/history.db" ] || fail "no history: $(cat "$T/err")"
	run_broken
	expect_status 0 "$RUNTEST" history boots --results "$T/results"
	[ "$(wc -l <"$T/out")" = 3 ] || fail "$(cat "$T/out")"
	expect_text "$T/out" "fail 2"
	"$RUNTEST" history boots --results "$T/results" --json >"$T/before"
	expect_status 0 "$RUNTEST" regressions --results "$T/results"
	expect_text "$T/out" "0 regressions"
	rm "$T"/results/history.db*
	expect_status 2 "$RUNTEST" history boots --results "$T/results"
	expect_text "$T/err" "there is no history yet"
	expect_status 0 "$RUNTEST" history --import --results "$T/results"
	expect_text "$T/out" "2 runs with 6 sessions imported, 0 unchanged"
	"$RUNTEST" history boots --results "$T/results" --json | diff - "$T/before" || fail "it is another one"
}

test_history_that_cannot_be_written_does_not_change_a_verdict() {
	mkdir -p "$T/results/history.db"
	run_broken
	expect_text "$T/err" "the run is not in the history"
	RUNTEST_DATABASE=postgresql://127.0.0.1:1/none run_broken
	expect_text "$T/err" "cannot connect"
}

test_history_regressions_are_shown_and_exit_with_1() {
	python3 "$root/tests/bench/historyruns.py" "$T/results" --runs 6 --sessions 200 --repeats 4
	expect_status 0 "$RUNTEST" history --import --results "$T/results"
	expect_status 1 "$RUNTEST" regressions --results "$T/results"
	expect_text "$T/out" "newly failing: "
	expect_text "$T/out" "slower: "
	expect_text "$T/out" "slower as a whole"
	expect_status 1 "$RUNTEST" regressions --results "$T/results" --json
	python3 - "$T/out" <<'PY'
import json, sys
r = json.load(open(sys.argv[1]))
slow = [c for c in r['changes'] if c['change'] == 'slower']
assert r['regressions'] and slow, r
for c in slow:
    b = c['boot']
    assert b['n_now'] <= 4 and b['n_before'] <= 20 and b['p'] < 0.05 and b['shift_95'][0] < b['shift'] < b['shift_95'][1], c
PY
	# negative control: the run before has none of it
	run=$(find "$T/results" -mindepth 1 -maxdepth 1 -name '2026*' | sort | sed -n 5p)
	"$RUNTEST" regressions --results "$T/results" --run "$run" >"$T/out" || true
	expect_no_text "$T/out" "slower: "
	expect_no_text "$T/out" "slower as a whole"
}

test_history_quarantine_is_listed_and_a_mistake_in_it_is_told() {
	cp -rL "$root/tests/projects/broken" "$T/project"
	mkdir "$T/project/scenarios/quarantine"
	cat >"$T/project/scenarios/quarantine/known.yaml" <<-'YAML'
		quarantine: known
		sessions: ["boots.broken*"]
		reason: the compiler is broken
		until: 2099-12-31
	YAML
	expect_status 0 "$RUNTEST" --project "$T/project" list quarantine
	expect_text "$T/out" "the compiler is broken"
	expect_text "$T/out" "boots.broken.qemu_virt_aarch64.debug"
	sed -i 's/2099-12-31/2099-02-30/; s/boots.broken/boosts.broken/' "$T/project/scenarios/quarantine/known.yaml"
	expect_status 2 "$RUNTEST" --project "$T/project" check
	expect_text "$T/err" "scenarios/quarantine/known.yaml:2:"
	expect_text "$T/err" "scenarios/quarantine/known.yaml:4:"
}
