# Loading hardware: a U-Boot at its prompt, files by TFTP; and boards that are not in the state that they should be in.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/e2e/loadlib.sh
. "$root/tests/e2e/loadlib.sh"

booti='uboot: {prepare: ["setenv autoload no", dhcp], start: "booti {address} - ${fdtcontroladdr}", deadline: 120s}'

test_load_by_tftp_starts_the_image() {
	shelf
	shelf_kind shelf_a64 aarch64 "$booti"
	shelf_unit a64 shelf_a64 aarch64 "{tftp: {root: $T/tftp}}"
	image aarch64
	load 0 a64 "$image" 'HOLD|loaded'
	expect_started
	expect_text "$T/out" "TFTP from server"
	grep -qE "Filename 'runtest-[0-9a-f]{12}-0-loader.img'" "$T/out" || fail "no name of the session's own"
	expect_clean
	# It stays on, for working by hand; the next one is an image for another loader.
	kill -0 "$(cat "$T/qemu.pid")"
	printf '\x7fELF and so on' >"$T/loader.elf"
	load 2 a64 "$T/loader.elf"
	expect_text "$T/err" "are for raw images (go or booti), and $T/loader.elf is an ELF"
	expect_clean
}

test_load_sees_that_the_board_never_was_off() {
	shelf
	shelf_kind shelf_a64 aarch64 "$booti"
	shelf_unit a64 shelf_a64 aarch64 "{tftp: {root: $T/tftp}}"
	printf 'not much of an image' >"$T/image"
	"$T/switch" aarch64 on
	# A switch that lies, with the board at its prompt and a command half typed.
	sed -i 's/^cd/exit 0\ncd/' "$T/switch"
	timeout 120 python3 -c 'import os, select, sys
fd = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
def wait_for(text, key=b"", said=b""):
    while text not in said:
        if select.select([fd], [], [], 0.1)[0]:
            said += os.read(fd, 4096)
        else:
            os.write(fd, key)  # again and again: the countdown may be over before anybody here hears of it
wait_for(b"=> ", b" ")
os.write(fd, b"saveen")
wait_for(b"saveen")' "$T/near"
	load 3 a64 "$T/image"
	expect_text "$T/err" "the board did not start anew"
	expect_text "$T/err" "never off"
	expect_clean
	sed -i 's/^exit 0$//' "$T/switch"
}

# scripted NAME: a unit whose board is the shell script on standard input.
scripted() {
	cat >"$T/$1.sh"
	cat >"$T/project/boards/units/$1.yaml" <<-YAML
		unit: $1
		kind: shelf_a64
		console: {exec: {command: [sh, $T/$1.sh]}}
		power: {exec: {on: [touch, $T/on], off: [rm, "-f", $T/on]}}
		load: {tftp: {root: $T/tftp}}
	YAML
}

test_load_says_what_else_it_found_than_a_prompt() {
	shelf
	shelf_kind shelf_a64 aarch64 "$booti"
	printf 'not much of an image' >"$T/image"
	scripted loops <<-'SH'
		until [ -e "${0%/*}/on" ]; do sleep 0.02; done
		for i in 1 2 3 4; do printf 'U-Boot 2023.01\r\nundervoltage\r\n'; sleep 0.02; done
		sleep 300
	SH
	scripted boots <<-'SH'
		until [ -e "${0%/*}/on" ]; do sleep 0.02; done
		printf 'U-Boot 2023.01\r\n\r\nStarting kernel ...\r\n'
		sleep 300
	SH
	scripted hangs <<-'SH'
		stty raw -echo
		until [ -e "${0%/*}/on" ]; do sleep 0.02; done
		printf 'U-Boot 2023.01\r\n\r\n=> '
		sleep 300
	SH
	load 3 loops "$T/image"
	expect_text "$T/err" 'the board resets itself: U-Boot'"'"'s banner "U-Boot 20" came 4 times'
	load 3 boots "$T/image"
	expect_text "$T/err" "autoboot prompt missed: Linux is booting"
	expect_text "$T/err" "bootdelay"
	load 3 hangs "$T/image"
	expect_text "$T/err" "prompt is hung"
	expect_clean
	[ ! -e "$T/on" ] || fail "the board is still on"
}
