# RISC-V, the kernel in S-mode under SBI firmware.
RUNTEST_ENTRY ?= s-mode
$(call need,RUNTEST_ENTRY,s-mode)

# Where QEMU's virt machine puts a raw -kernel image: at the first 2 MiB boundary behind the firmware. The firmware's
# memory is not in the device tree that QEMU dumps, so it is given here, as generously as seL4 does.
RUNTEST_LOAD_ADDRESS ?= 0x80200000
FIRMWARE := 0x80000000-0x80200000
RAM_few := 0x80000000-0x81000000 0xa0000000-0xa4000000

# Where the kernel lies: as far into RAM as on AArch64 (seL4's own place, behind the firmware, is where QEMU puts the
# image), or near the beginning of RAM, behind the image.
KERNEL_PADDR_middle := 0xa0000000
KERNEL_PADDR_ends := 0x80800000
KERNEL_PADDR_half := 0x80800000

CROSS ?= riscv64-linux-gnu-
ARCH_CFLAGS := -march=rv64imac_zicsr_zifencei -mabi=lp64 -mcmodel=medany -mstrict-align -msmall-data-limit=0
ARCH_LOADER_CFLAGS := -DRAM_BASE=$(firstword $(subst -, ,$(FIRMWARE)))
ARCH_UART := lib/arch/riscv64/ns16550.c
ARCH_BITS := lib/arch/riscv64/bits.c
