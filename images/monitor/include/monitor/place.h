/* A place: physical memory at a chosen address whose frames the monitor holds, and which it can show itself. */
#ifndef MONITOR_PLACE_H
#define MONITOR_PLACE_H

#include <stdint.h>

#include "abi/table.h"

struct place {
	struct table_extent extent; /* size 0: there is none */
	uint64_t frames;            /* slot of the first frame's capability; the others follow */
	uint64_t window;            /* virtual address that is kept for it, from the first time it is shown; or 0 */
	unsigned rights;            /* with which it is seen there; 0: not at all */
};

/* Take the frames. Those of one untyped must be taken in ascending order of addresses. */
void place_open(struct place *p, struct table_extent extent);

/* A page of ordinary memory, anywhere. */
void place_new_page(struct place *p);

/* Map it into the monitor with these rights, unless it is so already: where. */
uint8_t *place_show(struct place *p, unsigned rights);

void place_hide(struct place *p);

/* What was written to the pages of this part is what instruction fetches see. */
void place_unify(const struct place *p, uint64_t offset, uint64_t size);

#endif
