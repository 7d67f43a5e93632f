/*
 * Which runs of a results folder may go, and why the others stay: a pure choice, made from what is known of each run.
 *
 * A run goes when it is too old, when there are enough newer ones, or when the runs together take too much room, the
 * oldest first. Whatever the limits, these stay: the newest run in which a session failed, the newest in which it ended
 * infra and the newest in which it passed, for every session that any run has; the newest of all; the one that `latest`
 * names; one that goes on; one that is pinned; one that cannot be read.
 */
#ifndef RUNTEST_NIGHTLY_RETENTION_H
#define RUNTEST_NIGHTLY_RETENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nightly/outcome.h"

struct retention {
	long days;     /* older ones go; 0: age is no reason */
	long runs;     /* so many of the newest stay, protected ones counted; 0: number is no reason */
	uint64_t size; /* bytes that all together may take; 0: size is no reason */
};

enum retention_why {
	STAYS_WITHIN_LIMITS,
	STAYS_NEWEST,
	STAYS_LATEST,
	STAYS_GOING_ON,
	STAYS_PINNED,
	STAYS_UNREADABLE,
	STAYS_LAST_BAD,
	STAYS_LAST_LAB,
	STAYS_LAST_GOOD,
	GOES_AGE,
	GOES_COUNT,
	GOES_SIZE,
};

struct past_run {
	const char *name;  /* RUN-ID: the folder */
	int64_t when_s;    /* its last sign of life, seconds since 1970 */
	uint64_t size;     /* bytes on the disk */
	bool latest, going_on, unreadable;
	const char *pinned; /* why, or NULL */
	struct outcomes outcomes;

	/* what retention_choose() fills */
	enum retention_why why;
	const char *session; /* STAYS_LAST_...: of which; NULL otherwise */
	unsigned others;     /* ... and of how many more */
};

bool retention_goes(const struct past_run *r);

/* Sort the runs, the newest first, and say of each what becomes of it. Returns the bytes that stay: more than
 * limits->size when what must not go takes more. */
uint64_t retention_choose(struct past_run *runs, size_t count, const struct retention *limits, int64_t now_s);

/* "the last in which SESSION failed, and 2 more" added to out. */
void retention_explain(struct buf *out, const struct past_run *r, const struct retention *limits);

#endif
