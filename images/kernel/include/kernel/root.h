/* The initial task: its capability space, address space, thread and bootinfo. */
#ifndef KERNEL_ROOT_H
#define KERNEL_ROOT_H

#include <stdint.h>

#include "abi/bootinfo.h"

struct root_image {
	uint64_t paddr_start, paddr_end, pv_offset, v_entry;
};

/* Make everything out of the pool (ROOT_POOL_SIZE bytes of RAM); the bootinfo's untypeds are the caller's to add. */
struct bootinfo *root_create(const struct root_image *image, uint64_t pool);

#endif
