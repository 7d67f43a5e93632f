#!/bin/bash
# Make the stand-in SDK in FOLDER, for the board qemu_virt_aarch64: make.sh FOLDER [PATCH]. With the kernel's patch the
# invocation table waits in the region, without it in the monitor.
set -eu
sdk=$1 patch=${2:-} board=qemu_virt_aarch64
own=$(cd "$(dirname "$0")" && pwd)
stack=$(mktemp -d "${TMPDIR:-/tmp}/standin-sdk.XXXXXX")
trap 'rm -rf "$stack"' EXIT
cp -r "$own/../../images/." "$stack"
qemu-system-aarch64 -machine "virt,virtualization=on,dumpdtb=$stack/board.dtb" -cpu cortex-a53 -m 2G -nic none 2>/dev/null
table=monitor
if [ -n "$patch" ]; then
	patch -s -d "$stack" -p1 --fuzz=0 <"$patch"
	table=region
fi
make -s -C "$stack" RUNTEST_DTB="$stack/board.dtb" RUNTEST_ENTRY=el2 RUNTEST_OUT="$stack/out" PLACEMENT=device-region \
	TABLE=$table UNTYPEDS=tolerant

here=$sdk/board/$board/debug
mkdir -p "$sdk/bin" "$here/include" "$here/lib" "$here/elf"
cp "$own/microkit" "$sdk/bin/microkit"
cp "$stack/build/tools/pack" "$sdk/bin/pack-$board"
cp "$own/microkit.h" "$here/include/"
cp "$stack/out/kernel.elf" "$here/elf/sel4.elf"
cp "$stack/out/loader.elf" "$stack/out/monitor.elf" "$here/elf/"
cp "$stack/build/hello/link.ld" "$here/lib/microkit.ld"
echo $table >"$here/table"
aarch64-linux-gnu-gcc -std=gnu17 -O2 -ffreestanding -fno-pic -fno-stack-protector -mgeneral-regs-only -I"$stack" \
	-I"$stack/lib/include" -I"$stack/pds/common" -c "$own/microkit.c" -o "$stack/microkit.o"
find "$stack/build/hello" -name '*.o' ! -path '*/pds/hello/*' | sort | xargs \
	aarch64-linux-gnu-ar rcD "$here/lib/libmicrokit.a" "$stack/microkit.o"
