#include <stddef.h>

#include "arch/sysreg.h"
#include "arch/window.h"
#include "lib/memory.h"
#include "loader/arch.h"

#define GIB (1ULL << 30)

/* Both the identity map and the kernel's window are this one table of gigabytes. */
static uint64_t gigabytes[512] __attribute__((aligned(4096)));
static uint64_t top[512] __attribute__((aligned(4096)));

static unsigned current_level(void)
{
	return (unsigned)(sysreg_read(CurrentEL) >> 2 & 3);
}

/* To EL1 with the stack in use, as an exception return from EL2. */
static void drop_to_el1(void)
{
	uint64_t scratch;

	sysreg_write(hcr_el2, 1ULL << 31);       /* EL1 is AArch64 */
	sysreg_write(sctlr_el1, 0x30d00800ULL);  /* its bits that are reserved as one; MMU and caches off */
	sysreg_write(spsr_el2, 0x3c5ULL);        /* EL1 with its own stack pointer, interrupts masked */
	__asm__ volatile("mov %0, sp\n\tmsr sp_el1, %0\n\tadr %0, 1f\n\tmsr elr_el2, %0\n\teret\n1:"
			 : "=&r"(scratch) : : "memory");
}

const char *arch_enter_level(bool hypervisor)
{
	if (hypervisor != (ENTRY_EL == 2))
		return "the image's hypervisor flag is not what this loader was built for";
	if (hypervisor && current_level() != 2)
		return "seL4 configured as a hypervisor, but not in EL2";
	if (!hypervisor && current_level() == 2)
		drop_to_el1();
	return NULL;
}

static void fill_tables(void)
{
	for (uint64_t i = 0; i < 512; i++)
		gigabytes[i] = pte_kernel_block(i * GIB, memory_has_ram(i * GIB, (i + 1) * GIB));
	top[0] = (uint64_t)(uintptr_t)gigabytes | PTE_VALID | PTE_TABLE;
	top[KERNEL_WINDOW >> 39 & 511] = top[0];
}

void arch_enable_mmu(void)
{
	fill_tables();
	sysreg_write(EL_(mair), MAIR_VALUE);
#if ENTRY_EL == 2
	sysreg_write(tcr_el2, TCR_KERNEL);
#else
	sysreg_write(tcr_el1, TCR_EL1(16ULL));
	sysreg_write(ttbr1_el1, (uintptr_t)top);
#endif
	sysreg_write(EL_(ttbr0), (uintptr_t)top);
	tlb_flush();
	/* The regions were written past the caches; nothing stale may be fetched. */
	__asm__ volatile("ic iallu\n\tdsb sy\n\tisb" : : : "memory");
	sysreg_write(EL_(sctlr), (sysreg_read(EL_(sctlr)) & ~(SCTLR_A | SCTLR_WXN)) | SCTLR_M | SCTLR_C | SCTLR_I);
	barrier();
}

_Noreturn void arch_stop(void)
{
	for (;;)
		__asm__ volatile("wfi");
}
