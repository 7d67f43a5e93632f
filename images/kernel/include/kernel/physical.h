/*
 * The physical address space as the kernel divides it before it hands it out. The packer does the same sums with the
 * same code, to know the untypeds that the initial task will be given.
 */
#ifndef KERNEL_PHYSICAL_H
#define KERNEL_PHYSICAL_H

#include <stdint.h>

#include "kernel/ranges.h"

#define MAX_UNTYPED_BITS 47
#define ROOT_POOL_SIZE (1ULL << 18) /* what the initial task's own objects take */

/* RAM as the device tree gives it, less what the device tree reserves. */
struct ranges physical_available(void);

/* All addresses but these. */
struct ranges physical_device(const struct ranges *available);

/* These less what is reserved. */
struct ranges physical_free(const struct ranges *available, const struct ranges *reserved);

/* Take the initial task's pool off: at the top of free memory, or with ROOT_POOL_LOW at its bottom. */
uint64_t physical_take_pool(struct ranges *free);

/* The largest block (a power of two, aligned to its size) that begins at `start` and ends at `end` or before: its bits. */
unsigned physical_block_bits(uint64_t start, uint64_t end);

#endif
