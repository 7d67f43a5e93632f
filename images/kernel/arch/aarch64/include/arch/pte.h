/*
 * Translation tables of user address spaces: three levels of 512 entries, 39 bits. At EL2 they are stage 2 tables
 * (the user's own stage 1 is off), at EL1 ordinary stage 1 tables.
 */
#ifndef ARCH_PTE_H
#define ARCH_PTE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/syscall.h"
#include "arch/sysreg.h"

static inline bool pte_valid(uint64_t pte)
{
	return pte & PTE_VALID;
}

static inline uint64_t pte_paddr(uint64_t pte)
{
	return pte & PTE_PADDR_MASK;
}

static inline uint64_t pte_table(uint64_t paddr)
{
	return paddr | PTE_VALID | PTE_TABLE;
}

#if ENTRY_EL == 2
#define S2_READ (1ULL << 6)
#define S2_WRITE (1ULL << 7)

static inline uint64_t pte_page(uint64_t paddr, unsigned rights)
{
	uint64_t pte = paddr | PTE_VALID | PTE_TABLE | PTE_ACCESSED | PTE_INNER_SHAREABLE;

	pte |= rights & MAP_DEVICE ? 0 : 0xfULL << 2; /* device-nGnRnE, or write-back inside and out */
	pte |= rights & (RIGHT_READ | RIGHT_EXECUTE) ? S2_READ : 0;
	pte |= rights & RIGHT_WRITE ? S2_WRITE : 0;
	return rights & RIGHT_EXECUTE ? pte : pte | PTE_XN;
}
#else
static inline uint64_t pte_page(uint64_t paddr, unsigned rights)
{
	uint64_t pte = paddr | PTE_VALID | PTE_TABLE | PTE_ACCESSED | PTE_INNER_SHAREABLE | PTE_NOT_GLOBAL | PTE_PXN;

	pte |= PTE_ATTR(rights & MAP_DEVICE ? 0 : 1) | PTE_AP_USER;
	pte |= rights & RIGHT_WRITE ? 0 : PTE_AP_READ_ONLY;
	return rights & RIGHT_EXECUTE ? pte : pte | PTE_XN;
}
#endif

#endif
