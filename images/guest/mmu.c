/*
 * Three levels of tables for 39 bits. They are written anew at each start: with the MMU off, or, after a restart that
 * only sets the program counter, with the MMU on and the same entries as before.
 */
#include "mmu.h"

#include <stddef.h>
#include <stdint.h>

#include "abi/guest.h"
#include "arch/sysreg.h"

#define ENTRIES 512
#define PAGE 4096UL
#define BLOCK (PAGE * ENTRIES)  /* 2 MiB: what one table of pages maps */
#define GIB (BLOCK * ENTRIES)
#define TCR_39_BITS (25UL | 1UL << 8 | 1UL << 10 | 3UL << 12 | 1UL << 23 | 2UL << 32)

extern const char text_start[], text_end[], rodata_start[], rodata_end[]; /* the linker script's */

static uint64_t top[ENTRIES] __attribute__((aligned(4096)));
static uint64_t low_blocks[ENTRIES] __attribute__((aligned(4096)));
static uint64_t ram_blocks[ENTRIES] __attribute__((aligned(4096)));
static uint64_t ram_pages[ENTRIES] __attribute__((aligned(4096)));

static uint64_t table(const uint64_t *entries)
{
	return (uint64_t)(uintptr_t)entries | PTE_VALID | PTE_TABLE;
}

static uint64_t ram_page(uint64_t address)
{
	const char *at = (const char *)address;
	uint64_t pte = address | PTE_VALID | PTE_TABLE | PTE_ATTR(1) | PTE_INNER_SHAREABLE | PTE_ACCESSED;

	if (at >= text_start && at < text_end)
		return pte | PTE_AP_READ_ONLY;
	if (at >= rodata_start && at < rodata_end)
		return pte | PTE_AP_READ_ONLY | PTE_PXN | PTE_XN;
	return pte | PTE_PXN | PTE_XN;
}

static void fill(void)
{
	for (uint64_t i = 0; i < ENTRIES; i++)
		ram_pages[i] = ram_page(GUEST_RAM + i * PAGE);
	ram_blocks[GUEST_RAM % GIB / BLOCK] = table(ram_pages);
	low_blocks[GUEST_UART / BLOCK] =
		(GUEST_UART & ~(BLOCK - 1)) | PTE_VALID | PTE_ATTR(0) | PTE_ACCESSED | PTE_PXN | PTE_XN;
	top[GUEST_UART / GIB] = table(low_blocks);
	top[GUEST_RAM / GIB] = table(ram_blocks);
}

/* Written past the caches, read through them. */
static void forget_cached(const uint64_t *entries)
{
	for (unsigned i = 0; i < ENTRIES; i += 2)
		__asm__ volatile("dc civac, %0" : : "r"(&entries[i]) : "memory");
}

void mmu_enable(void)
{
	fill();
	forget_cached(top);
	forget_cached(low_blocks);
	forget_cached(ram_blocks);
	forget_cached(ram_pages);
	sysreg_write(mair_el1, MAIR_VALUE);
	sysreg_write(tcr_el1, TCR_39_BITS);
	sysreg_write(ttbr0_el1, (uintptr_t)top);
	barrier();
	sysreg_write(sctlr_el1, sysreg_read(sctlr_el1) | SCTLR_M | SCTLR_C | SCTLR_I);
	barrier();
}
