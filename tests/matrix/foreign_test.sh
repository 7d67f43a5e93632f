# shellcheck shell=bash
# Every kind of image and of loss, on every architecture, given with --image: too long for `make check`.
# shellcheck source=tests/e2e/foreignlib.sh
. "$root/tests/e2e/foreignlib.sh"

test_images_that_keep_their_domains_pass() {
	as_its_variant patched initial-task capdl
}

test_images_that_lose_something_fail_with_their_variants_cause() {
	as_its_variant unpatched unpatched-table unpatched-strict
}

test_other_kinds_boot_unmodified() {
	local board arch folder
	for board in qemu_virt_aarch64 qemu_virt_riscv64; do
		arch=${board##*_}
		image_of patched "$board"
		image_of unpatched "$board"
		for folder in "$T/patched.$board" "$T/unpatched.$board"; do
			wrapimage "elf-$arch" "$folder/loader.img" "$folder/image.elf" "$(address "$board")"
		done
		judge 0 "$T/patched.$board/image.elf" "$board" "$T/patched.$board"
		expect_status 0 "$RUNTEST" replay "$(query 'r["sessions"][0]["session"]')" --results "$T/results"
		judge 1 "$T/unpatched.$board/image.elf" "$board" "$T/unpatched.$board"
		expect_query pd-code-cleared 'r["sessions"][0]["cause"]'
	done
	folder=$T/patched.qemu_virt_riscv64
	wrapimage uimage "$folder/loader.img" "$folder/image.ub" 0x80200000
	judge 0 "$folder/image.ub" qemu_virt_riscv64 "$folder"
	expect_no_machines
}

# An image that must fail, and a run of it that is gone on with.
test_controls_and_resumed_runs_of_a_given_image() {
	image_of unpatched qemu_virt_aarch64
	local folder=$T/unpatched.qemu_virt_aarch64
	judge 0 "$folder/loader.img" qemu_virt_aarch64 "$folder" --expect pd-code-cleared --repeat 2 --jobs 1
	expect_query "['expected-fail', 'expected-fail']" '[s["verdict"] for s in r["sessions"]]'
	judge 1 "$folder/loader.img" qemu_virt_aarch64 "$folder" --expect untyped-mismatch
	expect_query vacuous 'r["sessions"][0]["verdict"]'
	judge 0 "$folder/loader.img" qemu_virt_aarch64 "$folder" --expect pd-code-cleared --repeat 2 --jobs 1
	grep -v -e 'unknown\.2"' -e run-ended "$T/results/latest/journal.jsonl" >"$T/journal"
	cp "$T/journal" "$T/results/latest/journal.jsonl"
	expect_status 0 "$RUNTEST" run --resume latest --results "$T/results"
	expect_query "['expected-fail', 'expected-fail']" '[s["verdict"] for s in r["sessions"]]'
	printf 'x' | dd of="$folder/loader.img" bs=1 seek=100 conv=notrunc status=none
	cp "$T/journal" "$T/results/latest/journal.jsonl"
	expect_status 2 "$RUNTEST" run --resume latest --results "$T/results"
	expect_text "$T/err" "another one than the run began with"
}
