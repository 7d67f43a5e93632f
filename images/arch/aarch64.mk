# AArch64, the kernel at EL2 (as a hypervisor) or at EL1.
RUNTEST_ENTRY ?= el2
$(call need,RUNTEST_ENTRY,el2 el1)

RUNTEST_LOAD_ADDRESS ?= 0x70000000
RAM_few := 0x60000000-0x64000000 0x70000000-0x71000000

# Where the kernel lies: where seL4 does on QEMU's virt machine, or near the beginning of RAM.
KERNEL_PADDR_middle := 0x60000000
KERNEL_PADDR_ends := 0x40800000
KERNEL_PADDR_half := 0x40800000

CROSS ?= aarch64-linux-gnu-
ARCH_CFLAGS := -march=armv8-a -mgeneral-regs-only -mno-outline-atomics -DENTRY_EL=$(RUNTEST_ENTRY:el%=%)
ARCH_LOADER_CFLAGS := -mstrict-align # the MMU is off: an unaligned access would trap
ARCH_UART := lib/arch/aarch64/pl011.c
# Only a hypervisor has guests.
ifeq ($(RUNTEST_ENTRY),el2)
ARCH_KERNEL_SRC := $(wildcard kernel/arch/aarch64/el2/*.c)
ARCH_KERNEL_FLAGS := -DHAVE_VCPU
endif
PACK_FLAGS := $(if $(filter el2,$(RUNTEST_ENTRY)),--hypervisor)
