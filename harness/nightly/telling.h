/* Telling everybody of a night: each recipient is held against what it knows, and told what it is to be told. */
#ifndef RUNTEST_NIGHTLY_TELLING_H
#define RUNTEST_NIGHTLY_TELLING_H

#include "config/nightly.h"
#include "nightly/bulletin.h"

enum telling_end {
	TELLING_TOLD,
	TELLING_NOTHING, /* nothing to tell this one */
	TELLING_FAILED,  /* it is told the next time */
	TELLING_STOPPED, /* by a signal; so are those that follow */
};

struct telling {
	const struct nightly *nightly;
	const char *folder;       /* where what recipients know is kept: told-NAME.json */
	const struct outcomes *now;
	struct bulletin bulletin; /* but for what differs from recipient to recipient: before, changes, trouble_news */

	/* Of each recipient. e: TELLING_FAILED: why; of the others NULL, or what is odd: what it knew cannot be read or kept. */
	void (*told)(void *ctx, const struct recipient *to, enum telling_end end, int tries, const struct err *e);
	void *ctx;
};

void telling_run(const struct telling *t);

/* How many troubles are new, and how many of the known ones (subjects; NULL-terminated, or NULL) are over. */
size_t telling_trouble_news(const struct trouble *now, size_t count, const char *const *known);

#endif
