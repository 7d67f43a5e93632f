/*
 * The looks of a session. A scenario may look at one moment ten thousand times: then all are counted, and kept in full
 * are the first few, the last few, and those at which something was wrong, up to a bound. Memory stays bounded.
 */
#ifndef RUNTEST_WITNESS_LOOKS_H
#define RUNTEST_WITNESS_LOOKS_H

#include <stddef.h>
#include <stdint.h>

#include "witness/look.h"

enum {
	LOOKS_FIRST = 3, /* of a moment */
	LOOKS_LAST = 3,
	LOOKS_BAD = 16,  /* further ones at which something was wrong */
};

/* All looks at one moment together. */
struct moment_sum {
	const char *moment;
	unsigned looks, broken;      /* broken: demanded, and some judged page was not as it should be */
	unsigned worst, worst_pages; /* the look with the most such pages (0: none), and how many */
	unsigned bad_kept;
	int64_t first_ms, last_ms;
};

struct looks {
	struct look *items; /* those kept, in the order in which they were taken */
	size_t count, room;
	struct moment_sum *moments; /* in the order of their first looks */
	size_t moment_count, moment_room;
	unsigned total;
};

/* Takes the look over (it is finished with the rest) and numbers it. Returns it as it is kept; valid until the next. */
const struct look *looks_add(struct looks *all, struct look *l);
void looks_finish(struct looks *all);

#endif
