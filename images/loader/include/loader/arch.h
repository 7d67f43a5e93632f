/* What the loader asks of the architecture. */
#ifndef LOADER_ARCH_H
#define LOADER_ARCH_H

#include <stdbool.h>
#include <stdint.h>

/* The kernel's entry takes its boot arguments in the first eight argument registers, in this order. */
typedef void kernel_entry_fn(uint64_t ui_p_reg_start, uint64_t ui_p_reg_end, uint64_t pv_offset, uint64_t v_entry,
			     uint64_t dtb_addr_p, uint64_t dtb_size, uint64_t extra_device_addr_p,
			     uint64_t extra_device_size);

/* Bring the CPU to the level the kernel wants; NULL when that is done, else what is wrong. */
const char *arch_enter_level(bool hypervisor);

/* Switch the MMU on with physical memory at its own address and in the kernel's window. */
void arch_enable_mmu(void);

_Noreturn void arch_stop(void);

#endif
