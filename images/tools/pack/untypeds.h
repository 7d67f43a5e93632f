/* The memory map that the kernel has compiled in, and the untypeds that it will make of it. */
#ifndef PACK_UNTYPEDS_H
#define PACK_UNTYPEDS_H

#include "system.h"

/* The child of the device tree's /reserved-memory of this name; of size 0 when there is none. */
struct table_extent untypeds_named_area(const char *name);

/* Where RAM begins. */
uint64_t untypeds_ram_start(void);

/* Fill in s->untypeds and s->reserved. Ends the tool when something that was laid out is not where there is memory for it. */
void untypeds_expect(struct system *s);

#endif
