# Restarts, updates and large blocks: what memory shows at each, and what the controls must come to.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

test_a_restart_reloads_or_is_caught() {
	expect_status 0 "$RUNTEST" restart-reloads --results "$T/results" --set restarts=4 \
		--variant restart-reload --variant restart-self-reset --variant restart-pc-only --variant restart-partial-data \
		--board qemu_virt_aarch64 --board qemu_virt_riscv64
	local case board
	for board in qemu_virt_aarch64 qemu_virt_riscv64; do
		for case in "restart-reload pass None" "restart-self-reset pass None" \
			"restart-pc-only expected-fail stale-image" "restart-partial-data expected-fail partial-reload"; do
			expect_query "${case#* }" "[f\"{s['verdict']} {s['cause']}\" for s in r['sessions'] if s['variant'] == '${case%% *}' and s['board'] == '$board'][0]"
		done
	done
	# The addresses at fault are in memory in which the protection domain runs.
	expect_query True "all(any(p['counts']['stale'] and p['moment'] == 'restarted' for p in s['evidence']['pages']) for s in r['sessions'] if s['verdict'] == 'expected-fail')"
	expect_status 0 "$RUNTEST" compare placements --results "$T/results"
	expect_text "$T/out" "no: stale-image"
	expect_text "$T/out" "no session"
}

test_many_restarts_are_counted_and_few_kept() {
	expect_status 0 "$RUNTEST" restart-reloads --results "$T/results" --set restarts=150 --variant restart-reload \
		--board qemu_virt_aarch64
	expect_query "[{'name': 'restarts', 'value': 150}]" "r['sessions'][0]['parameters']"
	expect_query 150 "[m['looks'] for m in r['sessions'][0]['evidence']['moments'] if m['moment'] == 'restarted'][0]"
	expect_query True "r['sessions'][0]['evidence']['console']['seen_total'] > 1000"
	expect_query True "len(r['sessions'][0]['evidence']['console']['seen']) <= 64"
	expect_query "[1, 2, 3, 148, 149, 150]" "sorted({p['look'] for p in r['sessions'][0]['evidence']['pages'] if p['moment'] == 'restarted'})"
	expect_query True "all(p['dirty'] for p in r['sessions'][0]['evidence']['pages'] if p['moment'] == 'restarted' and p['access'] == 'rw' and p['role'] == 'runs')"
	expect_status 2 "$RUNTEST" restart-reloads --set restarts=10001
	expect_text "$T/err" "10001 is not from 1 to 10000"
}

test_an_update_runs_after_a_restart_and_bad_ones_are_refused() {
	expect_status 0 "$RUNTEST" image-update --results "$T/results" --variant update --variant update-capdl \
		--board qemu_virt_riscv64 --board qemu_virt_aarch64
	expect_query "['expected-fail', 'expected-fail', 'pass', 'pass']" "sorted(s['verdict'] for s in r['sessions'])"
	expect_query "[{'name': 'update', 'value': 'accepted: version 2'}]" "[s['evidence']['facts'] for s in r['sessions'] if s['variant'] == 'update'][0]"
}

test_half_of_ram_is_had_where_the_layout_has_a_place_for_it() {
	expect_status 0 "$RUNTEST" contiguous-half --results "$T/results" \
		--variant contiguous-patched --variant contiguous-patched-half --board 'qemu_virt_*_1g'
	expect_query "[('contiguous-patched', 'refused'), ('contiguous-patched-half', 'granted')]" \
		"sorted({(s['variant'], f['value']) for s in r['sessions'] if s['verdict'] != 'skipped' for f in s['evidence']['facts'] if f['name'] == 'half'})"
	expect_query "[('contiguous-patched', 'allocation-refused'), ('contiguous-patched-half', None)]" \
		"sorted({(s['variant'], s['cause']) for s in r['sessions'] if s['verdict'] != 'skipped'})"
}

long_a_reset_in_the_middle_of_an_update_leaves_a_whole_image() {
	expect_status 0 "$RUNTEST" image-update-reset --results "$T/results" --variant update --variant update-one-slot \
		--board qemu_virt_riscv64 --board qemu_virt_aarch64
	expect_query "['pass', 'pass']" "[s['verdict'] for s in r['sessions'] if s['variant'] == 'update']"
	expect_query "{'mixed-image'}" "{s['cause'] for s in r['sessions'] if s['variant'] == 'update-one-slot'}"
	expect_no_machines
}
