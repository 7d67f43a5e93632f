# shellcheck shell=bash
# Recorded boots come out again as they were; what cannot be run again says why.

session() {
	expect_status 0 "$RUNTEST" "$@" --results "$T/results"
}

replay() {
	"$RUNTEST" replay "$@" --results "$T/results" --timeout 10m
}

# 100 times of each on the way to check-all (REPLAYS), some tenths of a second each.
test_failing_sessions_replay_the_same_every_time() {
	local times=${REPLAYS:-25}
	session pd-survives --variant unpatched --board qemu_virt_aarch64 --board qemu_virt_riscv64
	for board in qemu_virt_aarch64 qemu_virt_riscv64; do
		expect_status 0 replay "latest/pd-survives.unpatched.$board." --times "$times"
		expect_text "$T/out" "memory regions, $times times"
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

# gdb BOARD COMMANDS ARGUMENT...: the session of that board under gdb, which does what $2 says; output in $T/out.
gdb() {
	printf '%s\n' "$2" kill >"$T/commands"
	timeout 600 "$RUNTEST" replay "latest/pd-survives.unpatched.$1." --results "$T/results" "${@:3}" <"$T/commands" \
		>"$T/out" 2>&1 || fail "gdb did not end well: $(cat "$T/out")"
}

# gdb comes to the place with the kernel's symbols, on the recorded boot.
test_gdb_stops_where_it_is_told() {
	session pd-survives --variant unpatched --board qemu_virt_riscv64
	gdb qemu_virt_riscv64 'backtrace 2' --at reset_untyped
	expect_text "$T/out" "kernel/src/untyped.c:"
	expect_text "$T/out" "LDR|INFO: jumping to kernel"
	expect_no_machines
}

# It asks again when it gets no answer for two seconds, and takes the answers for those of other questions.
long_gdb_is_patient_with_a_machine_that_stalls() {
	session pd-survives --variant unpatched --board qemu_virt_aarch64
	mkdir "$T/bin"
	cat >"$T/bin/gdb-multiarch" <<-END
		#!/bin/sh
		kill -STOP \$PPID
		(sleep 5; kill -CONT \$PPID) &
		exec '$(command -v gdb-multiarch)' "\$@"
	END
	chmod +x "$T/bin/gdb-multiarch"
	PATH=$T/bin:$PATH gdb qemu_virt_aarch64 'backtrace 1' --at culprit
	expect_text "$T/out" "memzero ("
	expect_no_machines
}

# What it says before gdb starts: the number of instructions, and why. Printed.
stands_at() {
	sed -n 's/ instructions have run: .*//p' "$T/out"
}

# Of each place: the console is as far as it has to be, no further, and the instructions come in the boot's order.
test_gdb_begins_at_what_the_session_knows() {
	session pd-survives --variant unpatched --board qemu_virt_aarch64 --board qemu_virt_riscv64
	local board phase mark text
	for board in qemu_virt_aarch64 qemu_virt_riscv64; do
		gdb "$board" '' --at mark:kernel-up
		mark=$(stands_at)
		expect_text "$T/out" "the mark 'kernel-up' has begun to come"
		expect_no_text "$T/out" "Booting all finished"
		gdb "$board" 'backtrace 1' --at 'console:Booting all fin'
		text=$(stands_at)
		expect_text "$T/out" "Booting all fin"
		expect_no_text "$T/out" "Booting all fini"
		expect_text "$T/out" "uart_putc"
		gdb "$board" '' --at phase:monitor
		phase=$(stands_at)
		expect_no_text "$T/out" "MON|"
		[ "$mark" -lt "$text" ] && [ "$text" -lt "$phase" ] || fail "$board: not in the boot's order: $mark $text $phase"
		gdb "$board" 'monitor info replay' --at "instruction:$text"
		expect_text "$T/out" "instruction count = $text"
	done
	expect_no_machines
}

# The store by the kernel that lost the first page, and the one before: the loader's, with the MMU off, which no watchpoint on
# the kernel's window sees. Without evidence the culprit is hunted for.
test_gdb_begins_in_front_of_who_changed_memory() {
	session pd-survives --variant unpatched --board qemu_virt_aarch64
	local page culprit
	gdb qemu_virt_aarch64 'backtrace 2' --at culprit
	culprit=$(stands_at)
	expect_text "$T/out" "memzero ("
	expect_text "$T/out" "clear_memory ("
	page=$(sed -n 's/^memzero .*p=0x80\([0-9a-f]*\)).*/0x\1/p' "$T/out" | head -1)
	gdb qemu_virt_aarch64 'backtrace 1' --at "change:$page"
	expect_text "$T/out" "memcpy ("
	gdb qemu_virt_aarch64 'backtrace 1' --at "change:$page,$(stands_at_next)"
	[ "$(stands_at)" = "$culprit" ] || fail "the change is at $(stands_at), and the culprit at $culprit"
	expect_no_machines
}

stands_at_next() {
	echo $(($(stands_at) + 1))
}

# From the end back to the store, by a watchpoint; a step back and one forth; back to where there is nothing before.
long_gdb_goes_back_in_time() {
	session pd-survives --variant unpatched --board qemu_virt_aarch64 --board qemu_virt_riscv64
	local board at where
	for board in qemu_virt_aarch64 qemu_virt_riscv64; do
		gdb "$board" 'p/x $pc' --at culprit
		at=$(stands_at)
		where=$(sed -n 's/.*p=\(0x[0-9a-f]*\)).*/\1/p' "$T/out" | head -1)
		gdb "$board" "watch *(unsigned long *)$where
continue
continue
reverse-continue
monitor info replay
delete
reverse-stepi
monitor info replay
stepi
break memzero
reverse-continue
backtrace 1
delete
reverse-continue
monitor info replay" --at "instruction:$((at - 1))"
		expect_text "$T/out" "Old value = 0"
		expect_text "$T/out" "instruction count = $at"
		expect_text "$T/out" "instruction count = $((at - 1))"
		expect_text "$T/out" "No more reverse-execution history"
		grep -q "instruction count = 0[^0-9]*\$" "$T/out" || fail "not back at the beginning: $(cat "$T/out")"
	done
	expect_no_machines
}

test_places_that_are_not_there_are_told() {
	session pd-survives --variant unpatched --board qemu_virt_aarch64
	local s=latest/pd-survives
	expect_status 2 replay "$s" --at phase:no-such
	expect_text "$T/err" "came to load, kernel, monitor"
	expect_status 2 replay "$s" --at phase:alive # the scenario has it, the session did not come to it
	expect_text "$T/err" "came to no phase 'alive'"
	expect_status 2 replay "$s" --at mark:no-such
	expect_text "$T/err" "kernel-up"
	expect_status 2 replay "$s" --at 'console:no such text'
	expect_text "$T/err" "nothing on the console matches"
	expect_status 2 replay "$s" --at 'console:('
	expect_text "$T/err" "hint"
	expect_status 2 replay "$s" --at change:0x1000
	expect_text "$T/err" "no RAM at 0x1000"
	expect_status 2 replay "$s" --at change:somewhere
	expect_text "$T/err" "change: takes"
	expect_status 2 replay "$s" --at change:0xbffff000
	expect_text "$T/err" "do not change"
	expect_status 2 replay "$s" --at instruction:99999999999
	expect_text "$T/err" "the boot ends before instruction"
	expect_status 2 replay "$s" --at instruction:x
	expect_text "$T/err" "takes a number"
	session pd-survives --variant patched --board qemu_virt_aarch64
	expect_status 2 replay "$s" --at culprit
	expect_text "$T/err" "lost no page"
	expect_no_machines
}
