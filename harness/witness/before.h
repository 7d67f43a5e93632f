/*
 * What memory held before a restart: copies of the regions in which protection domains run, so that what is found
 * afterwards can be told from what was there. One moment is remembered at a time.
 */
#ifndef RUNTEST_WITNESS_BEFORE_H
#define RUNTEST_WITNESS_BEFORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/region.h"

struct before_part {
	uint64_t paddr, size;
	uint8_t *bytes;
	size_t room;
};

struct before {
	bool known; /* false: nothing is remembered */
	struct before_part *parts;
	size_t count, room;
};

void before_forget(struct before *b); /* keeps the room, so that thousands of restarts take no more than one */
void before_finish(struct before *b);

/* Remember the region's memory, region->size bytes. */
void before_keep(struct before *b, const struct region *region, const uint8_t *memory);

/* What the region held, region->size bytes into `out`; where nobody looked, as the region's image has it. False:
 * nothing of it is remembered. */
bool before_recall(const struct before *b, const struct region *region, uint8_t *out);

#endif
