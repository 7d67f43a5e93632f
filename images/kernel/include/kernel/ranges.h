/* Lists of physical ranges that do not overlap; what lies higher comes later where the order matters. */
#ifndef KERNEL_RANGES_H
#define KERNEL_RANGES_H

#include <stdint.h>

#include "lib/memory.h"

#define RANGES_MAX 32

struct ranges {
	struct range r[RANGES_MAX];
	unsigned count;
};

void ranges_add(struct ranges *list, uint64_t start, uint64_t end); /* an empty range is left out */
void ranges_subtract(struct ranges *list, uint64_t start, uint64_t end);

/* Take `size` bytes (a power of two), aligned to it, off the upper end of the highest range that can spare them. */
uint64_t ranges_take_top(struct ranges *list, uint64_t size);

/* Likewise off the lower end of the lowest. */
uint64_t ranges_take_bottom(struct ranges *list, uint64_t size);

#endif
