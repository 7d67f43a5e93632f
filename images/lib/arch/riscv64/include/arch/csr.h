/* Control and status registers of S-mode, and the bits that loader and kernel share. */
#ifndef ARCH_CSR_H
#define ARCH_CSR_H

#include <stdint.h>

#include "arch/window.h"

#define csr_read(name) \
	__extension__({ \
		uint64_t value_; \
		__asm__ volatile("csrr %0, " #name : "=r"(value_)); \
		value_; \
	})

#define csr_write(name, value) __asm__ volatile("csrw " #name ", %0" : : "r"((uint64_t)(value)) : "memory")

#define SIE_TIMER (1ULL << 5)

/* Stores to page tables are seen by walks, and stores to code by fetches, after this. */
#define barrier() __asm__ volatile("sfence.vma\n\tfence.i" : : : "memory")

/* No address space tags: a hart need not have any bits for them. */
#define SATP_SV39(root_paddr) (8ULL << 60 | (root_paddr) >> 12)

/* Entries of page tables. Accessed and dirty are always set: a hart may fault instead of setting them. */
#define PTE_VALID (1ULL << 0)
#define PTE_READ (1ULL << 1)
#define PTE_WRITE (1ULL << 2)
#define PTE_EXECUTE (1ULL << 3)
#define PTE_USER (1ULL << 4)
#define PTE_ACCESSED (1ULL << 6)
#define PTE_DIRTY (1ULL << 7)
#define PTE_PADDR(paddr) ((paddr) >> 12 << 10)
#define PTE_PADDR_MASK (((1ULL << 44) - 1) << 10)

/* A root table's entries are gigabytes: the lower half is the user's, the upper one the kernel's window. */
#define ROOT_ENTRIES 512
#define ROOT_WINDOW (KERNEL_WINDOW >> 30 & (ROOT_ENTRIES - 1))

/* A gigabyte of the kernel's, or of the loader's, own map. What is no memory is known by its address alone. */
static inline uint64_t pte_kernel_block(uint64_t paddr, int is_ram)
{
	uint64_t pte = PTE_PADDR(paddr) | PTE_VALID | PTE_READ | PTE_WRITE | PTE_ACCESSED | PTE_DIRTY;

	return is_ram ? pte | PTE_EXECUTE : pte;
}

#endif
