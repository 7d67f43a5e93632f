# Loading hardware in all ways, with real servers, on both architectures.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/e2e/loadlib.sh
. "$root/tests/e2e/loadlib.sh"
# shellcheck source=tests/lab/sshlib.sh
. "$root/tests/lab/sshlib.sh"

# kind_of ARCH START [UBOOT-KEYS]: the kind shelf_ARCH, whose image comes over the network unless the unit says otherwise.
kind_of() {
	shelf_kind "shelf_$1" "$1" "uboot: {deadline: 5m, start: \"$2\"${3:+, $3}}"
}

dhcp='prepare: ["setenv autoload no", dhcp]'
by_tftp() {
	echo "{$dhcp, tftp: {root: $T/tftp}}"
}

# starts ARCH UNIT: the image for it comes there and starts.
starts() {
	image "$1"
	load 0 "$2" "$image" 'HOLD|loaded'
	expect_started
	expect_clean
}

# ---- start commands ----

test_load_booti_on_riscv64() {
	shelf
	kind_of riscv64 "booti {address} - \${fdtcontroladdr}"
	shelf_unit board shelf_riscv64 riscv64 "$(by_tftp)"
	starts riscv64 board
}

test_load_bootm_on_both_wraps_the_image_up() {
	local arch
	shelf
	for arch in aarch64 riscv64; do
		kind_of "$arch" "bootm {address} - \${fdtcontroladdr}" "format: uimage"
		shelf_unit "$arch" "shelf_$arch" "$arch" "$(by_tftp)"
		starts "$arch" "$arch"
		expect_text "$T/out" "Verifying Checksum ... OK"
	done
}

# Where the kind says that the file goes elsewhere, and that a device tree is brought.
test_load_bootm_with_a_device_tree_of_the_units() {
	shelf
	kind_of riscv64 "bootm {address} - {dtb}" "format: uimage, image-address: 0x90000000, dtb: {address: 0xa0000000}"
	qemu-system-riscv64 -M virt,dumpdtb="$T/board.dtb" -m 2G -display none 2>/dev/null
	shelf_unit board shelf_riscv64 riscv64 "{$dhcp, dtb: $T/board.dtb, tftp: {root: $T/tftp}}"
	starts riscv64 board
	expect_text "$T/out" "=> bootm 0x90000000 - 0xa0000000"
	expect_text "$T/out" "Booting using the fdt blob at 0xa0000000"
}

test_load_go_and_bootelf_on_riscv64() {
	shelf
	kind_of riscv64 "go {address}" "started: \"## Starting application\""
	shelf_unit board shelf_riscv64 riscv64 "$(by_tftp)"
	image riscv64
	load 0 board "$image" "LDR|INFO: altloader for seL4 starting"
	kind_of riscv64 "setenv autostart yes; bootelf -p {address}" "format: elf, started: \"## Starting application\""
	shelf_unit board shelf_riscv64 riscv64 "$(by_tftp)"
	load 0 board "$image" "LDR|INFO: altloader for seL4 starting"
}

# ---- ways ----

test_load_by_ymodem_on_both() {
	local arch
	shelf
	for arch in aarch64 riscv64; do
		kind_of "$arch" "booti {address} - \${fdtcontroladdr}"
		shelf_unit "$arch" "shelf_$arch" "$arch" "{ymodem: {}}"
		starts "$arch" "$arch"
		expect_text "$T/out" "## Total Size"
	done
}

# by_sftp: a lab host's folder.
by_sftp() {
	echo "{$dhcp, tftp: {root: $T/tftp, sftp: {$(at_host lab "$port"), keepalive: 20s}}}"
}

test_load_by_sftp_to_a_lab_host() {
	shelf
	host lab "Subsystem sftp internal-sftp"
	kind_of riscv64 "booti {address} - \${fdtcontroladdr}"
	shelf_unit board shelf_riscv64 riscv64 "$(by_sftp)"
	starts riscv64 board
	# What is left is removed even when somebody stops it.
	sed -i 's/^deadline: .*//; s/booti/sleep 200; booti/' "$T/project/boards/kinds/shelf_riscv64.yaml"
	"$RUNTEST" --project "$T/project" load board "$image" >"$T/out" 2>"$T/err" &
	local pid=$! got=0
	wait_for 120 grep -q 'sleep 200' "$T/out"
	[ -n "$(ls -A "$T/tftp")" ] || fail "nothing is there"
	kill "$pid"
	wait "$pid" || got=$?
	[ "$got" -eq 143 ] || fail "exit status $got: $(cat "$T/err")"
	expect_clean
}

test_load_says_that_the_lab_hosts_disk_is_full() {
	local full
	shelf
	image riscv64
	kind_of riscv64 "booti {address}"
	mount -t tmpfs -o size=64k none "$T/tftp"
	host lab "Subsystem sftp internal-sftp"
	shelf_unit board shelf_riscv64 riscv64 "$(by_sftp)"
	load 3 board "$image"
	full=$(ls -A "$T/tftp")
	umount "$T/tftp"
	expect_text "$T/err" "the disk of 127.0.0.1 is full: cannot write $T/tftp/runtest-"
	[ -z "$full" ] || fail "left behind: $full"
}

test_load_says_what_a_lab_host_would_not_take() {
	shelf
	printf 'not much of an image' >"$T/image"
	kind_of riscv64 "booti {address}"
	host lab
	shelf_unit board shelf_riscv64 riscv64 "$(by_sftp)"
	load 3 board "$T/image"
	expect_text "$T/err" "127.0.0.1 has no sftp"
	kill "$server"
	wait_for 60 has_ended "$server"
	host lab2 "Subsystem sftp internal-sftp"
	shelf_unit board shelf_riscv64 riscv64 "{tftp: {root: $T/nowhere, sftp: {$(at_host lab2 "$port")}}}"
	load 3 board "$T/image"
	expect_text "$T/err" "cannot write $T/nowhere/runtest-"
	expect_text "$T/err" "no such folder"
	kill "$server"
	wait_for 60 has_ended "$server"
	load 3 board "$T/image"
	expect_text "$T/err" "cannot connect to 127.0.0.1:$port by ssh"
}

# A TFTP server that offers another folder than the one that is filled; and one that has cut the file short.
test_load_never_starts_a_stale_or_truncated_file() {
	shelf
	image aarch64
	kind_of aarch64 "booti {address} - \${fdtcontroladdr}"
	shelf_unit board shelf_aarch64 aarch64 "{$dhcp, load: \"tftpboot {address} {file}.old\", tftp: {root: $T/tftp}}"
	load 3 board "$image"
	expect_text "$T/err" "U-Boot could not load"
	expect_text "$T/out" "TFTP error"
	head -c 100000 "$image" >"$T/tftp/stale"
	shelf_unit board shelf_aarch64 aarch64 "{$dhcp, load: \"echo {file}; tftpboot {address} stale\", tftp: {root: $T/tftp}}"
	load 3 board "$image"
	expect_text "$T/err" "arrived damaged at 0x70000000: U-Boot's CRC-32 over it is"
	expect_no_text "$T/out" "Starting kernel"
	[ "$(ls -A "$T/tftp")" = stale ] || fail "left behind: $(ls -A "$T/tftp")"
}

# ---- a debugger ----

test_load_by_a_debugger_starts_opensbi_and_the_image() {
	local gdb
	shelf
	gdb=$(free_port)
	echo "-bios none -S -gdb tcp:127.0.0.1:$gdb" >"$T/qemu.more"
	sed -i 's|-kernel /usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin||' "$T/switch"
	shelf_kind shelf_riscv64 riscv64 "openocd:
	  before: [info status]
	  files: [{file: /usr/lib/riscv64-linux-gnu/opensbi/generic/fw_jump.bin, address: 0x80000000}]
	  registers: {pc: 0x1000}"
	sed -i 's/^\t*//' "$T/project/boards/kinds/shelf_riscv64.yaml"
	shelf_unit board shelf_riscv64 riscv64 "{openocd: {endpoint: \"127.0.0.1:$gdb\"}}"
	starts riscv64 board
	expect_text "$T/out" OpenSBI
	# Nothing keeps what is written where there is no memory.
	sed -i 's/0x80000000}\]/0x40000000}]/' "$T/project/boards/kinds/shelf_riscv64.yaml"
	load 3 board "$image"
	expect_text "$T/err" "fw_jump.bin"
}

test_load_says_that_no_debugger_listens() {
	shelf
	shelf_kind shelf_riscv64 riscv64 ""
	shelf_unit board shelf_riscv64 riscv64 "{openocd: {endpoint: \"127.0.0.1:$(free_port)\"}}"
	printf 'not much of an image' >"$T/image"
	load 3 board "$T/image"
	expect_text "$T/err" "the GDB server at 127.0.0.1:"
}

# ---- fastboot ----

# A stand-in for the program: it plays the U-Boot that takes the file, too.
test_load_by_fastboot_through_its_program() {
	shelf
	cat >"$T/fastboot" <<-'SH'
		#!/bin/sh
		cd "${0%/*}" || exit 1
		echo "$*" >>fastboot.log
		[ "$2" = BOARD-7 ] || { echo "no such device"; exit 1; }
		case $3 in
		stage) cp "$4" staged ;;
		continue) : >continued ;;
		boot) cp "$4" staged; echo "U-Boot says that it boots" >>said ;;
		esac
	SH
	chmod +x "$T/fastboot"
	cat >"$T/board.sh" <<-'SH'
		cd "${0%/*}" || exit 1
		stty raw -echo
		# It may be on from before, when somebody opens its console: it starts when it is switched on, and not before.
		before=$(cat on 2>/dev/null)
		echo $$ >waits
		until now=$(cat on 2>/dev/null) && [ "$now" ] && [ "$now" != "$before" ]; do sleep 0.02; done
		exec python3 -u board.py
	SH
	cat >"$T/power-on" <<-'SH'
		#!/bin/sh
		cd "${0%/*}" || exit 1
		# Not before somebody looks at it, however late the console's program starts.
		until kill -0 "$(cat waits 2>/dev/null)" 2>/dev/null; do sleep 0.02; done
		date +%s.%N >on
	SH
	chmod +x "$T/power-on"
	cat >"$T/board.py" <<-'PY'
		import os, sys, time, zlib
		def read():
		    line = b""
		    while not line.endswith(b"\r"):
		        c = os.read(0, 1)
		        line += c
		        os.write(1, c if c != b"\r" else b"\r\n")
		    return line.strip().decode()
		os.write(1, b"U-Boot 2023.01\r\n=> ")
		while True:
		    words = read().split()
		    if words[0] == "fastboot":
		        while not os.path.exists("continued"):
		            time.sleep(0.02)
		        os.unlink("continued")
		    elif words[0] == "crc32":
		        os.write(1, b"crc32 for %s ==> %08x\r\n" % (words[1].encode(), zlib.crc32(open("staged", "rb").read())))
		    elif words[0] == "booti":
		        os.write(1, b"Starting kernel ...\r\nhello\r\n")
		        time.sleep(1000)
		    os.write(1, b"=> ")
	PY
	printf 'not much of an image' >"$T/image"
	kind_of aarch64 "booti {address}"
	echo "fastboot: {program: $T/fastboot, deadline: 2m}" >>"$T/project/boards/kinds/shelf_aarch64.yaml"
	cat >"$T/project/boards/units/board.yaml" <<-YAML
		unit: board
		kind: shelf_aarch64
		console: {exec: {command: [sh, $T/board.sh]}}
		power: {exec: {on: [$T/power-on], off: [rm, "-f", $T/on]}}
		load: {fastboot: {serial: BOARD-7}}
	YAML
	load 0 board "$T/image" "hello"
	expect_text "$T/out" "fastboot -l 0x70000000 usb 0"
	[ "$(cat "$T/fastboot.log")" = "-s BOARD-7 stage $T/image
-s BOARD-7 continue" ] || fail "$(cat "$T/fastboot.log")"
	# The wrong board.
	sed -i 's/BOARD-7/BOARD-8/' "$T/project/boards/units/board.yaml"
	load 3 board "$T/image"
	expect_text "$T/err" "exited with status 1; the last it said is \"no such device\""
	# A boot loader that speaks nothing else.
	sed -i 's/BOARD-8/BOARD-7/' "$T/project/boards/units/board.yaml"
	sed -i '/^uboot/d' "$T/project/boards/kinds/shelf_aarch64.yaml"
	: >"$T/fastboot.log"
	load 0 board "$T/image"
	expect_text "$T/fastboot.log" "-s BOARD-7 boot $T/image"
}
