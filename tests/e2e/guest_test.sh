# The guest's own tests: each format on each board, and what becomes of output that is not whole.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

test_guest_tests_are_results_of_the_session() {
	expect_status 0 "$RUNTEST" guest-tests --results "$T/results"
	local outcomes="sorted({(s['variant'], s['verdict'], s['cause']) for s in r['sessions']})"
	expect_query "[('guest-tests-failing', 'expected-fail', 'guest-test-failed'), ('guest-tests-ktap', 'pass', None), ('guest-tests-sel4test', 'pass', None), ('guest-tests-short', 'expected-fail', 'guest-test-failed'), ('guest-tests-tap', 'pass', None)]" "$outcomes"
	expect_query "['aarch64', 'riscv64']" "sorted({s['arch'] for s in r['sessions']})"
	local tests="sorted({(t['format'], t['from'], t['planned'], t['came'], t['pass'], t['fail'], t['skip'], t['todo']) for s in r['sessions'] if s['verdict'] == 'pass' for t in s['guest_tests']})"
	expect_query "[('ktap', 'selftest', 2, 2, 5, 0, 1, 1), ('sel4test', 'selftest', None, 7, 5, 0, 2, 0), ('tap', 'selftest', 7, 7, 5, 0, 1, 1)]" "$tests"
	local failed="sorted({c['name'] for s in r['sessions'] if s['variant'] == 'guest-tests-failing' for t in s['guest_tests'] for c in t['cases'] if c['outcome'] == 'fail'})"
	expect_query "['memory: .data has its initial value']" "$failed"
	expect_text "$T/out" "pages intact, 5 guest tests passed, 1 skipped, 1 todo"
	expect_text "$T/results/latest/junit.xml" 'name="qemu_virt_riscv64 (debug): memory/.bss is zero"'
	xmllint --noout --schema "$root/docs/junit.xsd" "$T/results/latest/junit.xml"
}

# Another speaker had begun in the middle of a line, on every boot: the log says so.
test_the_lines_of_the_self_test_are_really_cut() {
	expect_status 0 "$RUNTEST" guest-tests --results "$T/results" --board qemu_virt_aarch64 --variant guest-tests-failing
	grep -q '^not HOLD|pd-started' "$T"/results/latest/*/1/console.log || fail "no line was cut in two"
}

test_output_that_is_not_whole_is_no_pass() {
	expect_status 1 "$RUNTEST" --project "$root/tests/projects/guest-tests" '*' --jobs 4 --results "$T/results" \
		--board qemu_virt_aarch64
	local row want
	while read -r row want; do
		expect_query "$want" "[f\"{s['verdict']} {s['cause']}\" for s in r['sessions'] if s['session'].split('/')[1].startswith('$row.')][0]"
	done <<-'END'
		plan-ends.guest-tests-tap pass None
		plan-ends.guest-tests-failing expected-fail guest-test-failed
		unknown-speakers.guest-tests-tap fail guest-test-failed
		unknown-speakers.guest-tests-failing fail guest-test-failed
		another-format.guest-tests-tap fail guest-test-failed
		cut-off.guest-tests-tap fail guest-test-failed
		cut-off.guest-tests-ktap fail guest-test-failed
		no-end.guest-tests-tap timeout None
		no-end.guest-tests-failing fail guest-test-failed
		first-cause.guest-tests-tap fail kernel-panic
		first-cause.guest-tests-failing fail guest-test-failed
		late.patched timeout None
	END
	expect_text "$T/out" "it was cut off: the time for it was over"
	expect_text "$T/out" "the plan is 1..7, and 6 results came, missing: 3"
}
