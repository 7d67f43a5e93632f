# Boards with a U-Boot, and boards that are started anew in the middle of a session.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

folder() {
	echo "$T"/results/latest/$1.$2.$3.debug.1/1
}

# expect_boots N SCENARIO VARIANT BOARD: so many times did U-Boot start, and the time index goes on through all of them.
expect_boots() {
	python3 - "$(folder "$2" "$3" "$4")" "$1" <<'PY'
import sys
folder, boots = sys.argv[1], int(sys.argv[2])
log = open(folder + "/console.log", "rb").read()
assert log.count(b"U-Boot 20") == boots, log.count(b"U-Boot 20")
assert log.count(b"Starting kernel ...") == boots
last = (-1, -1)
for line in open(folder + "/console.idx"):
    offset, us = map(int, line.split())
    assert offset > last[0] and us >= last[1], (last, line)
    last = (offset, us)
assert last[0] < len(log)
PY
}

test_the_device_tree_that_u_boot_has_carries_the_reserved_memory() {
	expect_status 3 "$RUNTEST" --project "$root/tests/projects/lost-file" loads --retries 0 --results "$T/results"
	local log
	log=$(folder loads chatter qemu_virt_aarch64_uboot_lost)/console.log
	expect_text "$log" "pd-images@68000000 {"
	expect_text "$log" "reg = <0x00000000 0x68000000 0x00000000 0x01000000>;"
	expect_text "$log" "guest@60000000 {"
}

test_a_warm_reset_keeps_ram_and_loads_again() {
	expect_status 0 "$RUNTEST" warm-reset --results "$T/results" --board qemu_virt_riscv64 \
		--board 'qemu_virt_*_uboot' --variant patched --variant dt-reserved --variant trusting-loader
	expect_query "['pass', 'pass', 'pass']" "[s['verdict'] for s in r['sessions'] if s['variant'] != 'trusting-loader' and s['verdict'] != 'skipped']"
	expect_query "{'image-not-loaded'}" "{s['cause'] for s in r['sessions'] if s['variant'] == 'trusting-loader'}"
	# The control's first boot was a good one: only the look after the reset finds what was never loaded.
	expect_query "{'loaded.2'}" "{[p['moment'] for p in s['evidence']['pages'] if p['poisoned']][0] for s in r['sessions'] if s['variant'] == 'trusting-loader'}"
	expect_boots 2 warm-reset dt-reserved qemu_virt_aarch64_uboot
	expect_boots 2 warm-reset dt-reserved qemu_virt_riscv64_uboot
	expect_no_machines
}

test_a_power_cycle_loses_ram_and_loads_again() {
	expect_status 0 "$RUNTEST" cold-cycle --results "$T/results" --board qemu_virt_aarch64 \
		--board qemu_virt_riscv64_uboot --variant trusting-loader
	expect_query "['pass', 'pass']" "[s['verdict'] for s in r['sessions']]"
	expect_query True "all(p['poisoned'] == 0 for s in r['sessions'] for p in s['evidence']['pages'] if p['moment'] == 'loaded.2')"
	expect_boots 2 cold-cycle trusting-loader qemu_virt_riscv64_uboot
	expect_no_machines
}

test_u_boot_loads_over_a_network() {
	expect_status 0 "$RUNTEST" tftp-boot --results "$T/results" --variant dt-reserved
	expect_query "['pass', 'pass']" "[s['verdict'] for s in r['sessions']]"
	expect_text "$(folder tftp-boot dt-reserved qemu_virt_aarch64_uboot_tftp)/console.log" "TFTP from server"
	[ ! -e "$(folder tftp-boot dt-reserved qemu_virt_aarch64_uboot_tftp)/tftp" ] || fail "the folder for TFTP is still there"
}

test_a_reset_that_nobody_asked_for_ends_the_machine_after_one_that_was() {
	expect_status 0 "$RUNTEST" --project "$root/tests/projects/chatter" again --results "$T/results"
	expect_query "['expected-fail', 'pass']" "sorted(s['verdict'] for s in r['sessions'])"
}

test_an_image_that_u_boot_would_not_start_was_not_loaded() {
	expect_status 0 "$RUNTEST" --project "$root/tests/projects/chatter" listen --results "$T/results" \
		--variant without-header
	expect_query "expected-fail image-not-loaded" "f\"{r['sessions'][0]['verdict']} {r['sessions'][0]['cause']}\""
	expect_query True "'Bad Linux ARM64 Image magic!' in r['sessions'][0]['why']"
}

test_a_file_that_u_boot_does_not_find_is_infra() {
	expect_status 3 "$RUNTEST" --project "$root/tests/projects/lost-file" loads --retries 0 --results "$T/results"
	expect_query infra "r['sessions'][0]['verdict']"
	expect_text "$T/out" "Failed to load 'loader.img.old'"
	expect_no_machines
}
