# shellcheck shell=bash
# Who cleared the pages: by function, file and line, on the replay of the boot that lost them.

culprit() {
	"$RUNTEST" culprit "$@" --results "$T/results"
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
	expect_status 2 culprit latest/pd-survives --address soon
	expect_status 0 "$RUNTEST" pd-survives --variant unpatched --board qemu_virt_aarch64 --no-record --results "$T/results"
	expect_status 2 culprit latest/pd-survives
	expect_text "$T/err" "the session was not recorded: --no-record was given"
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
