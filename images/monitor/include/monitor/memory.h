/* The monitor's stock: slots, untypeds, and the objects it makes of them. Whatever goes wrong is fatal. */
#ifndef MONITOR_MEMORY_H
#define MONITOR_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/bootinfo.h"
#include "abi/syscall.h"
#include "abi/table.h"

/* `place` says which memory must not be taken for objects: the protection domains' images wait there. */
void memory_init(const struct bootinfo *info, const struct table_place *place);

/* Does the bootinfo hand the whole range out as device memory? */
bool memory_is_device(uint64_t start, uint64_t end);

/* A new object of ordinary memory: its slot. */
uint64_t memory_object(enum object_type type);

/* The frame at exactly this physical address: its slot. Frames of one untyped must be asked for in ascending order. */
uint64_t memory_frame_at(uint64_t paddr);

/* Map a frame, bringing what page tables are missing. */
void memory_map(uint64_t vspace, uint64_t vaddr, uint64_t frame, unsigned rights);

#endif
