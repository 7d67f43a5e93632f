# shellcheck shell=bash
# Images that somebody else built: what a variant's image comes to when it is given with --image, of every kind.
# shellcheck source=tests/e2e/foreignlib.sh
. "$root/tests/e2e/foreignlib.sh"

# The ELFs that were given explain who cleared it, wherever they lie, in the session and afterwards.
long_the_culprit_is_named_by_the_elfs_that_were_given() {
	image_of unpatched qemu_virt_aarch64
	local s
	judge 1 "$T/unpatched.qemu_virt_aarch64/loader.img" qemu_virt_aarch64 "$T/unpatched.qemu_virt_aarch64"
	expect_query True '"reset_untyped" in " ".join(r["sessions"][0]["evidence"]["culprits"][0]["calls"])'
	s=$(query 'r["sessions"][0]["session"]')
	expect_status 0 "$RUNTEST" culprit "$s" --results "$T/results"
	expect_text "$T/out" "at images/kernel/src/untyped.c:"
	expect_status 0 "$RUNTEST" replay "$s" --results "$T/results"
	expect_text "$T/out" "boot.rr: the same"
}

# The loader of the reference stack does not read the newer header: it says so, and that is its end.
test_the_newer_header_is_loaded_as_it_is() {
	image_of patched qemu_virt_aarch64
	local folder=$T/patched.qemu_virt_aarch64
	wrapimage raw-2.1 "$folder/loader.img" "$folder/new.img"
	expect_status 1 "$RUNTEST" pd-survives --image "$folder/new.img" --board qemu_virt_aarch64 --results "$T/results" \
		--report "$folder/report.txt" --elf "kernel=$folder/elfs/kernel.elf" --elf "hello=$folder/elfs/hello.elf" \
		--elf "checksum=$folder/elfs/checksum.elf"
	expect_query image-not-loaded 'r["sessions"][0]["cause"]'
}

test_inspect_says_the_kind() {
	image_of patched qemu_virt_riscv64
	local folder=$T/patched.qemu_virt_riscv64
	expect_status 0 "$RUNTEST" inspect "$folder/loader.img"
	expect_text "$T/out" "of kind microkit-raw, as Microkit up to 2.0.1 writes it"
	expect_text "$T/out" "riscv64"
	wrapimage elf-riscv64 "$folder/loader.img" "$folder/image.bin" 0x80200000
	expect_status 0 "$RUNTEST" inspect "$folder/image.bin"
	expect_text "$T/out" "of kind elf"
	wrapimage uimage "$folder/loader.img" "$folder/image.ub" 0x80200000
	expect_status 0 "$RUNTEST" inspect "$folder/image.ub" --json
	expect_text "$T/out" '"kind": "uimage"'
	printf x | dd of="$folder/image.ub" bs=1 seek=5000 conv=notrunc status=none
	expect_status 2 "$RUNTEST" inspect "$folder/image.ub"
	expect_text "$T/err" "ih_dcrc at file offset 0x18"
	wrapimage capdl "$folder/loader.img" "$folder/capdl.img" "$folder/elfs/hello.elf" "$folder/elfs/checksum.elf"
	expect_status 0 "$RUNTEST" inspect "$folder/capdl.img" --elf "hello=$folder/elfs/hello.elf"
	expect_text "$T/out" "of kind microkit-raw-2.1"
	expect_text "$T/out" "capdl-frames"
	[ "$(grep -cE '^  hello-[012] +pd +hello' "$T/out")" -eq 3 ] || fail "the frames of hello were not found"
	expect_status 2 "$RUNTEST" inspect "$folder/capdl.img" --elf "monitor=$folder/elfs/monitor.elf"
	expect_text "$T/err" "in the image"
}

# What cannot be run leaves no run behind. `scenario=` before it chooses another one.
no_run() {
	local status=$1
	shift
	rm -rf "$T/none"
	expect_status 2 "$RUNTEST" "${scenario:-pd-survives}" "$@" --results "$T/none"
	expect_text "$T/err" "$status"
	[ ! -e "$T/none" ] || fail "a run was begun: $*"
}

test_what_is_no_image_or_not_for_the_board_is_a_usage_error() {
	image_of patched qemu_virt_aarch64
	local folder=$T/patched.qemu_virt_aarch64 board=qemu_virt_aarch64
	local image=$folder/loader.img
	no_run "no boot image of a known kind" --image "$root/README.md" --board $board
	no_run "the ELF has 3 PT_LOADs" --image "$folder/elfs/hello.elf" --board $board
	no_run "cannot find the boot image" --image "$T/nowhere" --board $board
	no_run "it is a folder" --image "$T" --board $board
	: >"$T/empty"
	no_run "the file is empty" --image "$T/empty" --board $board
	no_run "which board was the image built for" --image "$image"
	no_run "the image is for aarch64, and board qemu_virt_riscv64 is riscv64" --image "$image" --board qemu_virt_riscv64
	no_run "does not go with --variant" --image "$image" --board $board --variant patched
	no_run "there is no --image" --board $board --elf "hello=$folder/elfs/hello.elf"
	no_run "expected NAME=FILE" --image "$image" --board $board --elf hello
	scenario=restart-reloads no_run "needs protection domain hello, which nothing names" --image "$image" --board $board
	scenario=restart-reloads no_run "needs the build id of hello" --image "$image" --board $board --report "$folder/report.txt"
	no_run "has no place in the image" --image "$image" --board $board --elf "hello=$folder/elfs/monitor.elf"
	no_run "cannot find the report" --image "$image" --board $board --report "$T/nowhere"
	no_run "--expect takes a cause" --image "$image" --board $board --expect sunshine
	wrapimage elf-aarch64 "$image" "$T/image.elf" 0x70000000
	no_run "loads raw images only" --image "$T/image.elf" --board qemu_virt_aarch64_uboot
}

test_a_damaged_image_is_recorded_as_that() {
	image_of patched qemu_virt_aarch64
	local folder=$T/patched.qemu_virt_aarch64
	head -c 100000 "$folder/loader.img" >"$T/cut.img"
	judge 1 "$T/cut.img" qemu_virt_aarch64 "$folder"
	expect_query 'fail image-corrupt' '"%s %s" % (r["sessions"][0]["verdict"], r["sessions"][0]["cause"])'
	expect_query True '"the size field at file offset 0x6008" in r["sessions"][0]["why"]'
	expect_query "$T/cut.img" 'r["sessions"][0]["paths"]["image"]'
	judge 0 "$T/cut.img" qemu_virt_aarch64 "$folder" --expect image-corrupt # as a negative control
	# A region at an address where the board has no RAM.
	cp "$folder/loader.img" "$T/far.img"
	printf '\000\000\000\000\001' | dd of="$T/far.img" bs=1 seek=$((0x6058 + 8 * 32)) conv=notrunc status=none
	expect_status 1 "$RUNTEST" microkit-survives --image "$T/far.img" --board qemu_virt_aarch64 --results "$T/results"
	expect_query 'fail image-corrupt' '"%s %s" % (r["sessions"][0]["verdict"], r["sessions"][0]["cause"])'
	expect_text "$T/out" "lies outside of the board's RAM (0x40000000 to 0xbfffffff)"
}

# A monitor that halts before it starts anybody, and protection domains that fault with their code intact.
long_execution_tells_who_never_ran_and_who_faulted() {
	local board folder
	for board in qemu_virt_aarch64 qemu_virt_riscv64; do
		image_of unpatched-strict "$board"
		folder=$T/unpatched-strict.$board
		judge 1 "$folder/loader.img" "$board" "$folder"
		expect_query untyped-mismatch 'r["sessions"][0]["cause"]'
		expect_query "['console', 'memory', 'execution']" 'r["sessions"][0]["evidence"]["witnesses"]'
		[ "$(fates)" = "hello:never checksum:never" ] || fail "fates: $(fates)"
		mutant_image pd-writes-its-code "$board"
		folder=$T/pd-writes-its-code.$board
		judge 1 "$folder/loader.img" "$board" "$folder"
		expect_query pd-fault 'r["sessions"][0]["cause"]'
		expect_query faulted 'r["sessions"][0]["evidence"]["execution"][1]["fate"]'
	done
	expect_no_machines
}

# Without marker tables the console means nothing, and nobody types where the image waits for it: intact bytes alone are no
# ground to pass on.
# It has to be there when time is over, and not much earlier: a guest that waits for a byte is slow to be run again.
test_a_boot_that_stands_still_does_not_pass_on_intact_memory() {
	local ms status
	image_of patched qemu_virt_aarch64
	mkdir -p "$T/project/boards"
	ln -s "$root/boards/kinds" "$T/project/boards/kinds"
	ln -s "$root/scenarios" "$root/images" "$T/project"
	for ms in 200 400 800 1600 3200; do
		status=0
		# shellcheck disable=SC2046 # they are several words
		"$RUNTEST" --project "$T/project" pd-survives --image "$T/patched.qemu_virt_aarch64/loader.img" --board qemu_virt_aarch64 \
			$(explained "$T/patched.qemu_virt_aarch64") --timeout ${ms}ms --results "$T/results" >"$T/out" || status=$?
		! grep -q 'HOLD|loaded' "$T"/results/latest/*/1/console.log || break
	done
	[ "$status" -eq 1 ] || fail "exit status $status after $ms ms"
	expect_query pd-not-started 'r["sessions"][0]["cause"]'
	[ "$(fates)" = "hello:never checksum:never" ] || fail "fates: $(fates)"
	expect_query True '"at its deadline" in " ".join(r["sessions"][0]["evidence"]["notes"])'
}

# Nothing is known but the image: where protection domains are entered there is code, whoever they are.
long_an_image_without_names_is_judged() {
	local board=qemu_virt_aarch64
	image_of patched $board
	expect_status 0 "$RUNTEST" pd-survives --image "$T/patched.$board/loader.img" --board $board --results "$T/results"
	expect_query "['console', 'memory', 'execution']" 'r["sessions"][0]["evidence"]["witnesses"]'
	[ "$(fates)" = "None:ran None:ran" ] || fail "fates: $(fates)"
	image_of unpatched $board
	expect_status 1 "$RUNTEST" pd-survives --image "$T/unpatched.$board/loader.img" --board $board --results "$T/results"
	expect_query pd-code-cleared 'r["sessions"][0]["cause"]'
}

# Without a record there is no replay, and so no third witness: the console has to say that the boot came to its end.
test_without_a_record_execution_does_not_speak() {
	image_of patched qemu_virt_aarch64
	judge 0 "$T/patched.qemu_virt_aarch64/loader.img" qemu_virt_aarch64 "$T/patched.qemu_virt_aarch64" --no-record
	expect_query "['console', 'memory']" 'r["sessions"][0]["evidence"]["witnesses"]'
	expect_query True '"the boot was not recorded (--no-record was given)" in " ".join(r["sessions"][0]["evidence"]["notes"])'
}
