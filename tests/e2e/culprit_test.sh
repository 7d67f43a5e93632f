# shellcheck shell=bash
# Who cleared the pages: by function, file and line, on the replay of the boot that lost them.

# culprit WORD...: however long it takes on this machine.
culprit() {
	"$RUNTEST" culprit "$@" --budget 10m --results "$T/results"
}

test_the_culprit_of_every_clear_is_named() {
	expect_status 0 "$RUNTEST" pd-survives --variant unpatched --variant 'unpatched-[tbu]*' --results "$T/results"
	local s of
	for s in $(query '" ".join(s["session"].split("/")[1] for s in r["sessions"])'); do
		expect_status 0 culprit "latest/$s"
		expect_text "$T/out" "memzero("
		expect_text "$T/out" "at images/kernel/src/untyped.c:"
		case $s in
		*bootclear*) of="from untyped_create(" ;;
		*) of="from invoke_untyped_retype(" ;;
		esac
		expect_text "$T/out" "$of"
	done
	expect_no_machines
}

# Negative controls: a session that lost nothing, a page that nobody writes to, a session without a record.
test_nobody_is_accused_without_a_store() {
	expect_status 0 "$RUNTEST" pd-survives --variant patched --board qemu_virt_aarch64 --results "$T/results"
	expect_status 2 culprit latest/pd-survives
	expect_text "$T/err" "lost no page that was judged"
	expect_status 1 culprit latest/pd-survives --address 0x60213000
	expect_text "$T/out" "nothing touched them"
	expect_status 2 culprit latest/pd-survives --address 0x60213000 --boot 2
	expect_text "$T/err" "boot 2 of the session, and 1 were recorded"
	expect_status 2 culprit latest/pd-survives --address soon
	expect_status 0 "$RUNTEST" pd-survives --variant unpatched --board qemu_virt_aarch64 --no-record --results "$T/results"
	expect_status 2 culprit latest/pd-survives
	expect_text "$T/err" "the session was not recorded: --no-record was given"
}

mutant() { # VARIANT BOARD [SCENARIO]
	expect_status 0 "$RUNTEST" run --mutants "${3:-pd-survives}" --variant "$1" --board "$2" --results "$T/results"
}

# What no watchpoint on the kernel's window can see: a loader with the MMU off, the initial task and a protection domain by
# mappings of their own. Found by replay time, to the instruction.
long_writes_by_other_mappings_are_found_by_time() {
	mutant loader-flips-text-bit qemu_virt_aarch64
	expect_status 0 culprit latest/pd-survives
	expect_text "$T/out" "lost, not by the kernel's window, by the store at 0x700"
	expect_text "$T/out" "loader_main() at images/loader/src/main.c:"
	mutant monitor-wipes-after-ready qemu_virt_riscv64
	expect_status 0 culprit latest/pd-survives
	expect_text "$T/out" "in user mode"
	expect_text "$T/out" "monitor_main("
	mutant pd-damages-code-before-it-is-ready qemu_virt_aarch64
	expect_status 0 culprit latest/pd-survives
	expect_text "$T/out" "self_ready() at images/pds/common/self.c:"
	expect_no_machines
}

# A kernel clears a frame before the initial task fills it: that store lost nothing, the later one did.
test_a_clear_before_loading_is_not_accused() {
	mutant capdl-fill-clears-the-original qemu_virt_aarch64
	expect_status 0 culprit latest/pd-survives
	expect_text "$T/out" "from pd_build("
	expect_no_text "$T/out" "clear_memory("
}

# Pages that were never as the image has them were lost by nobody.
long_nobody_is_accused_of_what_was_never_there() {
	mutant loader-refuses-its-image qemu_virt_aarch64
	expect_status 1 culprit latest/pd-survives
	expect_text "$T/out" "never loaded"
	expect_no_text "$T/out" "the store at"
	mutant loader-copies-from-wrong-offset qemu_virt_aarch64
	expect_status 1 culprit latest/pd-survives
	expect_text "$T/out" "never as the image has them"
	expect_no_text "$T/out" "the store at"
}

# Search for a store that nobody made, and kill every QEMU that does it so many milliseconds after its start; the exit
# status in $status. A kill may come too early, before the boot is searched at all, or too late: then it is over.
search_and_kill() {
	local job qemu
	"$RUNTEST" culprit latest/pd-survives --address 0xbf000000 --results "$T/results" >"$T/out" 2>"$T/err" &
	job=$!
	while kill -0 "$job" 2>/dev/null; do
		qemu=
		read -r qemu _ 2>/dev/null <"/proc/$job/task/$job/children" || true # it has one at a time
		[ -n "$qemu" ] || continue
		sleep "$(($1 / 1000)).$(printf '%03d' $(($1 % 1000)))"
		kill -9 "$qemu" 2>/dev/null || true
	done
	status=0
	wait "$job" || status=$?
}

# Negative control: a boot whose QEMU dies while it is searched, and dies again, acquits nobody.
test_a_search_that_is_cut_short_says_so() {
	local ms status=1
	expect_status 0 "$RUNTEST" pd-survives --variant unpatched --board qemu_virt_riscv64 --results "$T/results"
	# When that is depends on the machine. Each of them is a good part longer than the one before, and there are several rounds.
	for ms in {0,10,14,20,28,40,56,80,112,160,224,320,448,640,900,1260,1760,2500,3500,5000}{,,}; do
		search_and_kill "$ms"
		[ "$status" -eq 1 ] || expect_no_text "$T/out" "nothing touched"
		! grep -qF "before the recorded end of the boot" "$T/err" || break
	done
	expect_text "$T/err" "before the recorded end of the boot"
	[ "$status" -eq 3 ] || fail "exit status $status, not 3"
}

# A clear that nobody expected is explained by itself, in the message and in the evidence; one that was, when asked.
test_an_unexpected_clear_names_its_culprit() {
	expect_status 1 "$RUNTEST" --project "$root/tests/projects/mislabelled" pd-survives --results "$T/results" \
		--variant patched --board qemu_virt_aarch64
	expect_text "$T/out" "culprit   the store at 0x80"
	expect_query 1 'len(r["sessions"][0]["evidence"]["culprits"])'
	expect_query True '"reset_untyped" in " ".join(r["sessions"][0]["evidence"]["culprits"][0]["calls"])'
	expect_status 0 "$RUNTEST" pd-survives --variant unpatched --board qemu_virt_riscv64 --results "$T/results"
	expect_query 0 'len(r["sessions"][0]["evidence"]["culprits"])'
	expect_status 0 "$RUNTEST" pd-survives --variant unpatched --board qemu_virt_riscv64 --culprit --results "$T/results"
	expect_query 1 'len(r["sessions"][0]["evidence"]["culprits"])'
	expect_no_machines
}

# Every mutant of the kernel that clears too much is named by function, file and line of the kernel.
long_the_culprit_of_every_clearing_mutant_is_named() {
	expect_status 0 "$RUNTEST" run --mutants pd-survives --variant 'kernel-*' --variant '*-tail-cleared' --culprit \
		--results "$T/results"
	expect_query True 'len([s for s in r["sessions"] if "cleared" in s["cause"] or s["cause"] == "incomplete-clear"]) >= 20'
	expect_query "[]" '[s["session"] for s in r["sessions"] if ("cleared" in s["cause"] or s["cause"] == "incomplete-clear")
		and not any("images/kernel/" in call for c in s["evidence"]["culprits"] for call in c["calls"])]'
}
