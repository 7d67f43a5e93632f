/* Physical addresses and where the kernel sees them. */
#ifndef KERNEL_WINDOW_H
#define KERNEL_WINDOW_H

#include <stdint.h>

#include "arch/window.h"

#define PAGE_BITS 12
#define PAGE_SIZE (1ULL << PAGE_BITS)

static inline uint64_t page_down(uint64_t n)
{
	return n & ~(PAGE_SIZE - 1);
}

static inline uint64_t page_up(uint64_t n)
{
	return page_down(n + PAGE_SIZE - 1);
}

static inline void *phys_to_ptr(uint64_t paddr)
{
	return (void *)(uintptr_t)(paddr + KERNEL_WINDOW);
}

static inline uint64_t ptr_to_phys(const void *p)
{
	return (uint64_t)(uintptr_t)p - KERNEL_WINDOW;
}

#endif
