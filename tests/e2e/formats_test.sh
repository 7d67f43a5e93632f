# The machine formats, each by a reader of its own that is no part of this program; and each reader can say no.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

past() {
	"$root/tests/e2e/pastrun.py" "$T/results" "$@"
}

report() {
	"$RUNTEST" report latest --results "$T/results" "$@"
}

# All formats of the newest run into $T.
write_all() {
	report >/dev/null
	cp "$T/results/latest/junit.xml" "$T/junit.xml"
	cp "$T/results/latest/results.json" "$T/results.json"
	report --format tap >"$T/14.tap"
	report --format tap13 >"$T/13.tap"
	report --format github >"$T/github.log"
	report --format gitlab >"$T/gitlab.log"
}

judge_junit() {
	xmllint --noout --schema "$root/docs/junit.xsd" "$1" && judge_readers "$1"
}

judge_readers() {
	xmllint --noout --schema "$root/docs/junit-readers.xsd" "$1"
}

judge_json() {
	python3 -c 'import json, sys, jsonschema
schema, results = (json.load(open(name)) for name in sys.argv[1:])
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.Draft202012Validator(schema).validate(results)' "$root/docs/results.schema.json" "$1"
}

judge_tap() {
	"$root/tests/e2e/tapreader.py" "$1" "$T/results.json"
}

judge_github() {
	"$root/tests/e2e/logreader.py" github "$1"
}

judge_gitlab() {
	"$root/tests/e2e/logreader.py" gitlab "$1"
}

# ask LOG-JSON PYTHON: an expression over what a log reader printed.
ask() {
	python3 -c 'import json, sys; l = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"
}

# refused JUDGE FILE SED-COMMAND: the file is fine, and not when it is spoiled.
refused() {
	expect_status 0 "judge_$1" "$2"
	sed "$3" "$2" >"$T/spoiled"
	! cmp -s "$2" "$T/spoiled" || fail "$3 changes nothing in $2"
	! "judge_$1" "$T/spoiled" >"$T/out" 2>&1 || fail "$1 takes $2 with $3"
}

broken_run() {
	expect_status 1 "$RUNTEST" --project "$root/tests/projects/broken-scenarios" run '*' --board qemu_virt_aarch64 \
		--results "$T/results" "$@"
}

test_formats_of_a_run_are_what_their_readers_take() {
	broken_run
	write_all
	refused junit "$T/junit.xml" 's/<testcase /<testcase colour="red" /'
	refused junit "$T/junit.xml" 's/ classname="[^"]*"//'
	refused readers "$T/junit.xml" 's/<testcase /<testcase file="a.yaml" /'
	refused json "$T/results.json" 's/"verdict":"fail"/"verdict":"failed"/'
	refused json "$T/results.json" 's/"why":/"whys":/'
	refused tap "$T/14.tap" 's/^not ok/ok/'
	refused tap "$T/14.tap" 's/^TAP version 14/TAP version 13/'
	refused tap "$T/14.tap" 's/^  \.\.\.$/  ..../'
	refused github "$T/github.log" 's/^::endgroup::$//'
	refused gitlab "$T/gitlab.log" 's/section_end/section_start/'
	expect_status 1 prove "$T/13.tap"
	expect_text "$T/out" "Failed 2/2"
	expect_no_text "$T/out" "Parse errors"
	sed 's/^not ok/ok/' "$T/13.tap" >"$T/ok.tap"
	expect_status 0 prove "$T/ok.tap"
}

judge_all() {
	write_all
	judge_junit "$T/junit.xml" 2>/dev/null
	judge_json "$T/results.json"
	judge_tap "$T/14.tap" >"$T/bad"
	judge_github "$T/github.log" >/dev/null
	judge_gitlab "$T/gitlab.log" >/dev/null
}

test_every_verdict_has_its_place_in_every_format() {
	local verdict words=()
	for verdict in pass fail expected-fail vacuous flaky infra timeout skipped cancelled; do
		words+=("a.$verdict.c.d=$verdict")
	done
	past all 0 "${words[@]}"
	sed -i '/run-ended/d' "$T/results/latest/journal.jsonl" # its exit status is then what it must come to
	judge_all
	[ "$(cat "$T/bad")" -eq 4 ] || fail "$(cat "$T/14.tap")"
	expect_status 1 prove "$T/13.tap"
	expect_text "$T/out" "Failed 4/9"
	past good 0 a.b.c.d=pass a.e.c.d=expected-fail
	judge_all
	expect_status 0 prove "$T/13.tap"
	expect_text "$T/out" "Tests=2"
}

test_a_failure_is_annotated_where_it_was_demanded() {
	local line
	broken_run
	report --format github >"$T/log"
	judge_github "$T/log" >"$T/read"
	[ "$(ask "$T/read" "[(a['level'], a['file'], a['line']) for a in l['annotations']]")" = \
		"[('error', 'scenarios/denied.yaml', '6'), ('error', 'scenarios/never.yaml', '15')]" ] || fail "$(cat "$T/read")"
	line=$(sed -n 15p "$root/tests/projects/broken-scenarios/scenarios/never.yaml")
	[[ $line == *"this text never comes"* ]] || fail "line 15 is: $line"
	[ "$(ask "$T/read" "all('again' in a['message'] for a in l['annotations'])")" = True ] || fail "no command to repeat it"
	[ "$(ask "$T/read" "len(l['groups']), min(g['lines'] for g in l['groups']) > 10, l['others']")" = "(2, True, [])" ] ||
		fail "$(cat "$T/read")"
	# a repository of which the project is a part
	GITHUB_WORKSPACE=$root report --format github >"$T/log"
	expect_text "$T/log" "file=tests/projects/broken-scenarios/scenarios/never.yaml,line=15"
}

test_the_reader_of_logs_sees_what_a_board_would_forge() {
	printf '%s\n' '::stop-commands::x' '::error::hidden' '::x::' 'a ##[warning]forged' >"$T/log"
	[ "$(judge_github "$T/log" | python3 -c 'import json, sys; print([a["message"] for a in json.load(sys.stdin)["annotations"]])')" = "['forged']" ] ||
		fail "$(judge_github "$T/log")"
	printf 'a \033[31m\n' >"$T/log"
	! judge_gitlab "$T/log" 2>/dev/null || fail "an escape sequence is taken"
}

test_a_run_on_a_ci_system_folds_its_failures() {
	export GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$T/summary GITHUB_WORKSPACE=$root
	echo before >"$T/summary"
	broken_run
	judge_github "$T/out" >"$T/read"
	[ "$(ask "$T/read" "len(l['annotations']), len(l['groups'])")" = "(2, 2)" ] || fail "$(cat "$T/read")"
	expect_text "$T/summary" before
	expect_text "$T/summary" "## ✗ 2 of 2 sessions are not ok"
	[ "$(grep -c '^<details><summary>' "$T/summary")" -eq 2 ] || fail "$(cat "$T/summary")"
	export GITHUB_STEP_SUMMARY=$T/nowhere/summary
	broken_run # says it, and is no other run for that
	expect_text "$T/err" "the step summary was not written: $T/nowhere/summary: No such file"
	unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY
	GITLAB_CI=true broken_run
	judge_gitlab "$T/out" >"$T/read"
	[ "$(ask "$T/read" "[s['collapsed'] for s in l['sections']]")" = "[True, True]" ] || fail "$(cat "$T/read")"
	broken_run # at a desk nothing of all that
	expect_no_text "$T/out" "::"
	expect_no_text "$T/out" "section_start"
}

test_the_again_line_is_the_same_session_again() {
	local line before
	broken_run --repeat 1
	before=$(query "r['run']")
	line=$(sed -n 's/^  again     runtest //p' "$T/out" | head -1)
	[[ $line == *"--project "*" --only $before/"* ]] || fail "again: $line"
	cd "$T" || exit
	expect_status 1 bash -c '"$0" '"$line" "$RUNTEST"
	expect_query "['fail unexpected-output']" "[f\"{s['verdict']} {s['cause']}\" for s in r['sessions']]"
	[ "$(query "r['run']")" != "$before" ] || fail "nothing was run"
	line=$(sed -n 's/^  replay    runtest //p' "$T/out" | head -1)
	expect_status 0 bash -c '"$0" '"$line" "$RUNTEST"
}
