# A guest kernel in a virtual CPU: restarted, updated, and reset while it is updated.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# expect_verdicts SCENARIO CAUSE N: of its N sessions in the newest run half pass, and half, the controls, fail with the cause.
expect_verdicts() {
	local sessions="[s for s in r['sessions'] if s['scenario'] == '$1' and s['verdict'] != 'skipped']"
	expect_query "($(($3 / 2)), $(($3 / 2)), $3)" "(sum(s['verdict'] == 'pass' for s in S), sum((s['verdict'], s['cause']) == ('expected-fail', '$2') for s in S), len(S)) if (S := $sessions) else None"
}

test_a_restarted_guest_is_the_image_again() {
	expect_status 0 "$RUNTEST" guest-restart --results "$T/results" --set restarts=5
	expect_verdicts guest-restart stale-image 4
	# What the guest writes was looked at, too, in each session that passed and at each restart.
	local data="[p for p in s['evidence']['pages'] if p['moment'].startswith('restarted') and p['access'] == 'rw' and p['pd'] == 'guest']"
	expect_query "{5}" "{len(${data}) for s in r['sessions'] if s['verdict'] == 'pass'}"
	expect_query True "all(p['judged'] and p['counts']['intact'] > 1 for s in r['sessions'] if s['verdict'] == 'pass' for p in ${data})"
	expect_query True "all(p['counts']['stale'] > 1 for s in r['sessions'] if s['verdict'] == 'expected-fail' for p in ${data})"
}

long_an_update_of_the_guest_is_taken_whole_or_not_at_all() {
	expect_status 0 "$RUNTEST" run guest-update guest-update-reset --results "$T/results" --jobs 2 \
		--variant guest-vm --variant guest-vm-one-slot --variant guest-pc-only
	expect_verdicts guest-update wrong-version 2
	expect_verdicts guest-update-reset mixed-image 2
	# Four updates were refused, each for its own reason.
	local log=$T/results/latest/guest-update.guest-vm.qemu_virt_aarch64_uboot.debug.1/1/console.log
	for reason in truncated 'wrong checksum' 'too large' 'wrong entry'; do
		expect_text "$log" "update of guest refused: $reason"
	done
}
