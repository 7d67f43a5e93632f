/* The monitor's stock: slots, untypeds, and the objects it makes of them. Whatever goes wrong is fatal. */
#ifndef MONITOR_MEMORY_H
#define MONITOR_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/bootinfo.h"
#include "abi/layout.h"
#include "abi/syscall.h"

#define PAGE_SIZE 4096ULL

/* Objects are never made of memory that the layout gives another purpose. */
void memory_init(const struct bootinfo *info, const struct layout *layout);

/* Does the bootinfo hand the whole extent out as device memory? */
bool memory_is_device(struct table_extent e);

/* A new object of ordinary memory: its slot. */
uint64_t memory_object(enum object_type type);

/*
 * The frames of exactly this extent, in slots that follow one another: the first one's. Those of one untyped must be
 * asked for in ascending order; those of the initial task's own region were given at boot, and are unmapped here.
 */
uint64_t memory_frames(struct table_extent e);

/* Copies of `count` frame capabilities, in slots that follow one another: the first one's. */
uint64_t memory_copy_frames(uint64_t first, uint64_t count);

/* Map a frame, bringing what page tables are missing. */
void memory_map(uint64_t vspace, uint64_t vaddr, uint64_t frame, unsigned rights);

/* ---- for block.c ---- */

/* The part of the i-th untyped that nothing was made of yet; false when there is no i-th. */
bool memory_free_part(uint64_t i, struct table_extent *part, bool *is_device);

/* Make one untyped of the block out of the i-th, whose free part it lies in. */
void memory_take_block(uint64_t i, uint64_t paddr, unsigned bits);

#endif
