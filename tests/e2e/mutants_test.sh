# A sample of the mutants (make mutants runs them all), and mutants that must be reported as having got away.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# One of each sort: wrong before the kernel runs, on the way, at the end, in a protection domain, never run, restarted.
test_a_sample_of_the_mutants_is_caught_each_by_its_cause() {
	local mutant sample=()
	for mutant in loader-flips-kernel-bit kernel-clears-a-chunk-too-few monitor-forgets-one pd-damages-code-before-it-is-ready \
		monitor-damages-at-the-end reload-forgets-data-at-the-third; do
		sample+=(--variant "$mutant")
	done
	expect_status 0 "$RUNTEST" run --mutants '*' --results "$T/results" "${sample[@]}"
	expect_query "{'expected-fail'}" "{s['verdict'] for s in r['sessions']}"
	expect_query "['incomplete-clear', 'image-corrupt', 'pd-code-changed', 'pd-code-changed', 'pd-not-started', 'partial-reload']" \
		"[next(s['cause'] for s in r['sessions'] if s['variant'] == v) for v in ('kernel-clears-a-chunk-too-few', 'loader-flips-kernel-bit', 'monitor-damages-at-the-end', 'pd-damages-code-before-it-is-ready', 'monitor-forgets-one', 'reload-forgets-data-at-the-third')]"
	expect_query "{'qemu_virt_aarch64': 6, 'qemu_virt_riscv64': 6}" "{b: sum(s['board'] == b for s in r['sessions']) for b in ('qemu_virt_aarch64', 'qemu_virt_riscv64')}"
	[ "$(tail -n 1 "$T/out")" = "12 passed, 0 failed" ] || fail "the last line is: $(tail -n 1 "$T/out")"
}

test_a_mutant_that_gets_away_is_reported() {
	expect_status 1 "$RUNTEST" --project "$root/tests/projects/harmless-mutant" run --mutants '*' --results "$T/results"
	expect_query "['vacuous None', 'vacuous image-corrupt']" \
		"[f\"{s['verdict']} {s['cause']}\" for s in sorted(r['sessions'], key=lambda s: s['variant'], reverse=True)]"
	[ "$(tail -n 1 "$T/out")" = "0 passed, 2 failed" ] || fail "the last line is: $(tail -n 1 "$T/out")"
}

# What it is like passes in the same project: the mutant was not missed because nothing can be told there.
test_the_variant_of_a_mutant_passes() {
	expect_status 0 "$RUNTEST" --project "$root/tests/projects/harmless-mutant" pd-survives --results "$T/results"
	expect_query "['pass']" "[s['verdict'] for s in r['sessions']]"
}

test_mutants_are_listed_when_they_are_asked_for() {
	expect_status 0 "$RUNTEST" list mutants
	expect_text "$T/out" "kernel-clears-a-chunk-too-few"
	expect_text "$T/out" "pd-survives: incomplete-clear"
	expect_status 0 "$RUNTEST" list
	! grep -q "^MUTANT" "$T/out" || fail "mutants among the variants"
}
