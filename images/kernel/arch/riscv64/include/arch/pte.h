/* Page tables of user address spaces: Sv39, three levels of 512 entries. */
#ifndef ARCH_PTE_H
#define ARCH_PTE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/syscall.h"
#include "arch/csr.h"

static inline bool pte_valid(uint64_t pte)
{
	return pte & PTE_VALID;
}

static inline uint64_t pte_paddr(uint64_t pte)
{
	return (pte & PTE_PADDR_MASK) << 2;
}

static inline uint64_t pte_table(uint64_t paddr)
{
	return PTE_PADDR(paddr) | PTE_VALID;
}

/* MAP_DEVICE changes nothing: what is cached is a matter of the address. Writable without readable does not exist. */
static inline uint64_t pte_page(uint64_t paddr, unsigned rights)
{
	uint64_t pte = PTE_PADDR(paddr) | PTE_VALID | PTE_USER | PTE_READ | PTE_ACCESSED | PTE_DIRTY;

	pte |= rights & RIGHT_WRITE ? PTE_WRITE : 0;
	return rights & RIGHT_EXECUTE ? pte | PTE_EXECUTE : pte;
}

#endif
