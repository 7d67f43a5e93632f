/* System registers of the level that the kernel runs at (ENTRY_EL), and the bits that loader and kernel share. */
#ifndef ARCH_SYSREG_H
#define ARCH_SYSREG_H

#include <stdint.h>

#define SYSREG_TEXT(x) #x
#define SYSREG_NAME(x) SYSREG_TEXT(x)

#define sysreg_read(name) \
	__extension__({ \
		uint64_t value_; \
		__asm__ volatile("mrs %0, " SYSREG_NAME(name) : "=r"(value_)); \
		value_; \
	})

#define sysreg_write(name, value) \
	__asm__ volatile("msr " SYSREG_NAME(name) ", %0" : : "r"((uint64_t)(value)) : "memory")

#define barrier() __asm__ volatile("dsb sy\n\tisb" : : : "memory")

#if ENTRY_EL == 2
#define EL_(name) name##_el2
#define TLB_FLUSH "tlbi alle2\n\ttlbi vmalls12e1\n\t"
#define TLB_FLUSH_USERS "tlbi alle1\n\t" /* whatever their tag */
#else
#define EL_(name) name##_el1
#define TLB_FLUSH "tlbi vmalle1\n\t"
#define TLB_FLUSH_USERS TLB_FLUSH
#endif

#define tlb_flush() __asm__ volatile("dsb sy\n\t" TLB_FLUSH "dsb sy\n\tisb" : : : "memory")

/* Memory attributes: index 0 device, index 1 normal write-back. */
#define MAIR_VALUE 0xff00ULL

#define SCTLR_M (1ULL << 0)
#define SCTLR_A (1ULL << 1)
#define SCTLR_C (1ULL << 2)
#define SCTLR_SA (1ULL << 3)
#define SCTLR_I (1ULL << 12)
#define SCTLR_WXN (1ULL << 19)

/* Table walks: write-back cacheable, inner shareable; 40 bits of physical address; 4 KiB granule throughout. */
#define TCR_WALK(shift) ((1ULL << 8 | 1ULL << 10 | 3ULL << 12) << (shift))
#if ENTRY_EL == 2
/* One range of 48 bits; bits 23 and 31 are reserved as one. */
#define TCR_KERNEL (16ULL | TCR_WALK(0) | 2ULL << 16 | 1ULL << 23 | 1ULL << 31)
#else
/* The lower range (t0sz) is the user's, the upper one of 48 bits the kernel's; TG1 = 2 is 4 KiB. */
#define TCR_EL1(t0sz) ((t0sz) | TCR_WALK(0) | 16ULL << 16 | TCR_WALK(16) | 2ULL << 30 | 2ULL << 32)
#endif

/* Descriptors of translation tables. */
#define PTE_VALID (1ULL << 0)
#define PTE_TABLE (1ULL << 1) /* a table; at the last level: a page */
#define PTE_ATTR(index) ((uint64_t)(index) << 2)
#define PTE_AP_USER (1ULL << 6) /* reserved as one at EL2 */
#define PTE_AP_READ_ONLY (1ULL << 7)
#define PTE_INNER_SHAREABLE (3ULL << 8)
#define PTE_ACCESSED (1ULL << 10)
#define PTE_NOT_GLOBAL (1ULL << 11)
#define PTE_PXN (1ULL << 53)
#define PTE_XN (1ULL << 54)
#define PTE_PADDR_MASK 0x0000fffffffff000ULL

#if ENTRY_EL == 2
#define PTE_KERNEL PTE_AP_USER
#else
#define PTE_KERNEL 0
#endif

/* A gigabyte of the kernel's, or of the loader's, own map. */
static inline uint64_t pte_kernel_block(uint64_t paddr, int is_ram)
{
	uint64_t pte = paddr | PTE_VALID | PTE_KERNEL | PTE_ACCESSED | PTE_INNER_SHAREABLE;

	return is_ram ? pte | PTE_ATTR(1) : pte | PTE_ATTR(0) | PTE_XN;
}

#endif
