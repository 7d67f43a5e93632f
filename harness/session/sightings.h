/*
 * The expected texts that came. Of very many the first and the last ones are kept; all are counted. Inner part of the
 * room.
 */
#ifndef RUNTEST_SESSION_SIGHTINGS_H
#define RUNTEST_SESSION_SIGHTINGS_H

#include "result/model.h"
#include "util/mem.h"

enum { SIGHTINGS_FIRST = 48, SIGHTINGS_LAST = 16 };

struct sightings {
	struct console_sighting items[SIGHTINGS_FIRST + SIGHTINGS_LAST]; /* texts are their own, malloc'd */
	size_t count;
	unsigned total;
};

/* Copies every text. */
void sightings_add(struct sightings *all, const struct console_sighting *seen);
void sightings_finish(struct sightings *all);

/* Those that are kept, in order, copied to `a`. */
struct console_sighting *sightings_copy(const struct sightings *all, struct arena *a);

#endif
