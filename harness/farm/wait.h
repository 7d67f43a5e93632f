/*
 * Waiting for one of several board units, in the queues of all of them: lock.c's. First come, first served: who is first
 * in a unit's queue takes its lock as soon as it is given back; who has got one leaves the other queues. Nobody holds
 * anything while waiting, so that two with crossed sets of units cannot wait for one another.
 */
#ifndef RUNTEST_FARM_WAIT_H
#define RUNTEST_FARM_WAIT_H

#include <stddef.h>
#include <stdint.h>

#include "farm/holder.h"
#include "util/err.h"

struct lock_wanted {
	const char *const *units;
	size_t count;
	const struct lock_purpose *purpose;
	int64_t deadline_ms;
	void (*waiting)(void *ctx, const struct lock_holder *h); /* may be NULL */
	void *ctx;
};

/* A unit that is free for so long is had by who comes next, where who is first does not take it: a stopped process. For
 * tests to change. */
extern int64_t wait_asleep_ms;

/* The descriptor of a lock file with the lock, whose unit is *which; or -1, as unit_lock_take_any. */
int wait_for_any(const struct lock_wanted *w, size_t *which, struct err *e);

#endif
