/*
 * Sessions side by side: one child process each, so many at a time, their results in as they end. The caller says how a
 * child does its work and what happens with what it wrote; this room only starts, watches and ends processes.
 */
#ifndef RUNTEST_SCHED_SCHED_H
#define RUNTEST_SCHED_SCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

/*
 * A child that has done its work, and has only to tidy up and to write its result, may write this byte first: the next
 * job starts while it does so. At most as many tidy up as are at work.
 */
enum { SCHED_TIDYING = '\n' };

struct sched_ops {
	/* In the child: do job number i and write its result to fd. The child ends when this returns. */
	void (*work)(void *ctx, size_t i, int fd);
	/* In the parent: about to start / the child has ended, with everything it wrote and its wait status; the next
	 * child may have been started meanwhile. Not 0 from `ended` stops the run as a signal would (results cannot be kept any more). */
	void (*starts)(void *ctx, size_t i);
	int (*ended)(void *ctx, size_t i, const struct buf *output, int wait_status);
	/* May the two not run at the same time? The later one is passed over until then. NULL: all may. */
	bool (*excludes)(void *ctx, size_t a, size_t b);
	int64_t grace_ms; /* how long children that were told to end may take before they are killed */
};

/* Run the jobs with the given numbers, in this order as far as they do not exclude each other. Returns how many were
 * started: fewer than `count` when it was cancelled; the children that ran then were told to end (TERM), and have ended. */
size_t sched_run(const struct sched_ops *ops, void *ctx, const size_t *jobs, size_t count, size_t at_once);

#endif
