#include <stddef.h>

#include "arch/csr.h"
#include "lib/memory.h"
#include "loader/arch.h"

#define GIB (1ULL << 30)

static uint64_t root[ROOT_ENTRIES] __attribute__((aligned(4096)));

const char *arch_enter_level(bool hypervisor)
{
	return hypervisor ? "the image's hypervisor flag is not what this loader was built for" : NULL;
}

/* The lower half maps physical memory at its own address, the upper half is the kernel's window. */
void arch_enable_mmu(void)
{
	for (uint64_t i = 0; i < ROOT_WINDOW; i++) {
		root[i] = pte_kernel_block(i * GIB, memory_has_ram(i * GIB, (i + 1) * GIB));
		root[ROOT_WINDOW + i] = root[i];
	}
	barrier();
	csr_write(satp, SATP_SV39((uintptr_t)root));
	barrier();
}

_Noreturn void arch_stop(void)
{
	for (;;)
		__asm__ volatile("wfi");
}
