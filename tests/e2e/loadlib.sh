# What tests of loading share: boards on a shelf, of which each is a QEMU that runs Debian's U-Boot behind a cable, switched
# by a script as a power switch would do it. To runtest they are hardware.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/e2e/consolelib.sh
. "$root/tests/e2e/consolelib.sh"
# shellcheck source=tests/e2e/foreignlib.sh
. "$root/tests/e2e/foreignlib.sh"

# shelf_kind NAME ARCH UBOOT-SECTION: a hardware kind in the project.
shelf_kind() {
	local entry=s-mode base=0x80000000 address=0x80200000
	[ "$2" = riscv64 ] || { entry=el2 base=0x40000000 address=0x70000000; }
	cat >"$T/project/boards/kinds/$1.yaml" <<-YAML
		kind: $1
		about: a board on a shelf
		arch: $2
		entry: $entry
		memory: {base: $base, size: 2G}
		load-address: $address
		discharge: 1ms
		$3
	YAML
}

# shelf: the project, the cable, and the switch $T/switch; files for TFTP are looked for in $T/tftp.
shelf() {
	mkdir -p "$T/project/boards/units" "$T/project/boards/kinds" "$T/project/scenarios" "$T/tftp"
	ln -s "$root/boards/markers" "$T/project/boards/"
	cp "$root"/boards/kinds/* "$T/project/boards/kinds/"
	ln -s "$root/images" "$T/project/"
	lend_built "$T/project"
	cp "$root/scenarios/pd-survives.yaml" "$T/project/scenarios/"
	cable
	cat >"$T/switch" <<-'SH'
		#!/bin/sh
		# switch ARCH on|off: QEMU is the board. Its serial line is the far end of the cable.
		cd "$(dirname "$0")" || exit 1
		machine=$(cat qemu.pid 2>/dev/null)
		kill -9 "$machine" 2>/dev/null
		# Until it is gone it has its end of the cable, and its ports.
		while [ "$machine" ] && grep -qs '^State:.[^Z]' "/proc/$machine/status"; do sleep 0.01; done
		rm -f qemu.pid
		[ "$2" = on ] || exit 0
		case $1 in
		aarch64) set -- qemu-system-aarch64 -M virt,virtualization=on -cpu cortex-a53 -bios /usr/lib/u-boot/qemu_arm64/u-boot.bin ;;
		riscv64) set -- qemu-system-riscv64 -M virt -kernel /usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin ;;
		esac
		exec "$@" -m 2G -display none -monitor none -chardev serial,id=u0,path="$PWD/far" -serial chardev:u0 \
			-netdev user,id=n0,restrict=on,tftp="$PWD/tftp" -device virtio-net-device,netdev=n0 \
			$(cat qemu.more 2>/dev/null) -daemonize -pidfile "$PWD/qemu.pid" 2>qemu.err
	SH
	chmod +x "$T/switch"
	trap '"$T/switch" any off; kill -9 $(jobs -p) 2>/dev/null || true; wait || true' EXIT
}

# shelf_unit NAME KIND ARCH LOAD-SECTION
shelf_unit() {
	cat >"$T/project/boards/units/$1.yaml" <<-YAML
		unit: $1
		kind: $2
		console: {tty: {device: $T/near}}
		power:
		  exec: {on: ["$T/switch", $3, "on"], off: ["$T/switch", $3, "off"]}
		  silence: 1ms
		load: $4
	YAML
}

# image ARCH: the reference stack's own image for QEMU in $image, with what explains it in $T/patched.qemu_virt_ARCH.
image() {
	image_of patched "qemu_virt_$1"
	image=$T/patched.qemu_virt_$1/loader.img
}

# load STATUS UNIT IMAGE [TEXT]: by hand; what runtest says is in $T/err, the console in $T/out. With TEXT until that came there.
load() {
	local got=0 loader
	if [ $# -lt 4 ]; then
		expect_status "$1" "$RUNTEST" --project "$T/project" load --follow 1 "$2" "$3"
		return
	fi
	"$RUNTEST" --project "$T/project" load --follow 3600 "$2" "$3" >"$T/out" 2>"$T/err" </dev/null &
	loader=$!
	wait_for 300 has_come_or_ended "$loader" "$4"
	kill "$loader" 2>/dev/null || true
	wait "$loader" || got=$?
	[ "$got" -eq "$1" ] || {
		cat "$T/out" "$T/err"
		fail "exit status $got, wanted $1"
	}
	expect_text "$T/out" "$4"
}

# has_come_or_ended PID TEXT: and a signal does not call off the start any more, of which the text may be a part.
has_come_or_ended() {
	{ grep -qsF -- "$2" "$T/out" && grep -qs "is started and stays on" "$T/err"; } || has_ended "$1"
}

# expect_started: the image's own loader has come so far that it waits to be told to go on.
expect_started() {
	expect_text "$T/out" 'LDR|INFO: altloader for seL4 starting'
	expect_text "$T/out" 'HOLD|loaded'
}

# expect_clean: nothing was left on the TFTP server.
expect_clean() {
	[ -z "$(ls -A "$T/tftp")" ] || fail "left behind: $(ls -A "$T/tftp")"
}

# patient_shelf: board a64, switched and with U-Boot, $image for it, and the scenario `patient`, which never ends by itself.
patient_shelf() {
	shelf
	shelf_kind shelf_a64 aarch64 'uboot: {prepare: ["setenv autoload no", dhcp], start: "booti {address} - ${fdtcontroladdr}", deadline: 2m}'
	shelf_unit a64 shelf_a64 aarch64 "{tftp: {root: $T/tftp}}"
	image aarch64
	cat >"$T/project/scenarios/patient.yaml" <<-'YAML'
		scenario: patient
		about: waits for a text that no board says
		deadline: 10m
		phases:
		  - phase: all
		    deadline: 10m
		    steps:
		      - expect: 'a text that never comes'
		variants:
		  patched: pass
	YAML
}
