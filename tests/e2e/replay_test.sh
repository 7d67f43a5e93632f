# shellcheck shell=bash
# Recorded boots come out again as they were; what cannot be run again says why.

session() {
	expect_status 0 "$RUNTEST" "$@" --results "$T/results"
}

replay() {
	"$RUNTEST" replay "$@" --results "$T/results" --timeout 60s
}

test_failing_sessions_replay_the_same_every_time() {
	session pd-survives --variant unpatched --board qemu_virt_aarch64 --board qemu_virt_riscv64
	for board in qemu_virt_aarch64 qemu_virt_riscv64; do
		expect_status 0 replay "latest/pd-survives.unpatched.$board." --times 10
		expect_text "$T/out" "memory regions, 10 times"
	done
	expect_no_machines
}

test_boots_through_uboot_and_after_a_power_cycle_replay() {
	session cold-cycle --variant dt-reserved
	for board in qemu_virt_aarch64_uboot qemu_virt_riscv64_uboot; do
		expect_status 0 replay "latest/cold-cycle.dt-reserved.$board"
		expect_text "$T/out" "boot.rr: the same"
		expect_text "$T/out" "boot.2.rr: the same"
	done
}

# The negative controls: another console, other memory, and a disk, an image or a record that is not what it was.
test_what_came_out_differently_is_told() {
	session pd-survives --variant patched --board qemu_virt_aarch64
	local s=latest/pd-survives.patched dir
	dir=$(echo "$T"/results/latest/pd-survives.patched.*/1)
	expect_status 0 replay "$s"
	sed -i 's/hello, world/hello, World/' "$dir/console.log"
	expect_status 1 replay "$s"
	expect_text "$T/out" "the console differs from byte"
	sed -i 's/hello, World/hello, world/' "$dir/console.log"
	sed -i 's/"sha256": "\([0-9a-f]\)/"sha256": "g/' "$dir/recording.json"
	expect_status 1 replay "$s"
	expect_text "$T/out" "memory regions differ"
}

test_a_record_that_cannot_be_run_is_refused() {
	session pd-survives --variant patched --board qemu_virt_aarch64
	local s=latest/pd-survives.patched dir
	dir=$(echo "$T"/results/latest/pd-survives.patched.*/1)
	expect_status 2 replay "$s" --boot 2
	expect_text "$T/err" "has 1 boots"
	expect_status 2 replay latest/no-such-session
	expect_text "$T/err" "the run has no session"
	cp "$dir/boot.rr" "$T/whole"
	dd if=/dev/zero of="$dir/boot.rr" bs=1 count=12 conv=notrunc status=none # as a QEMU that was killed leaves it
	expect_status 2 replay "$s"
	expect_text "$T/err" "the record was cut short"
	cp "$T/whole" "$dir/boot.rr"
	sed -i 's/"size": \([0-9]*\)\(,\)\{0,1\}$/"size": 1\2/' "$dir/recording.json"
	expect_status 2 replay "$s"
	expect_text "$T/err" "has changed since the session read it"
	session warm-reset --variant dt-reserved --board qemu_virt_riscv64_uboot
	expect_status 2 replay latest/warm-reset
	expect_text "$T/err" "the session was not recorded: QEMU's record knows nothing of the reset"
	session pd-survives --variant patched --board qemu_virt_aarch64 --no-record
	expect_query "--no-record was given" 'r["sessions"][0]["unrecorded"]'
	expect_query None 'r["sessions"][0]["paths"]["recording"]'
	[ -z "$(find "$T/results/latest/" -name '*.rr')" ] || fail "recorded all the same"
}

# gdb comes to the place with the kernel's symbols, on the recorded boot.
test_gdb_stops_where_it_is_told() {
	session pd-survives --variant unpatched --board qemu_virt_riscv64
	echo 'backtrace 2
kill' >"$T/commands"
	timeout 60 "$RUNTEST" replay latest/pd-survives --results "$T/results" --at reset_untyped <"$T/commands" \
		>"$T/out" 2>"$T/err" || fail "gdb did not end well: $(cat "$T/out" "$T/err")"
	expect_text "$T/out" "kernel/src/untyped.c:"
	expect_text "$T/out" "LDR|INFO: jumping to kernel"
	expect_no_machines
}
