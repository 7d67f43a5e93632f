/*
 * Sessions side by side: one child process each, their results in as they end. The caller says how a child does its
 * work, when there is room for another one, and what happens with what it wrote; this file only starts, watches and ends
 * processes.
 *
 * Jobs wait in lines, each line in the order given; of the lines' first jobs the one that has waited longest and has room
 * is started. A job that is to be tried again waits at the end of its line.
 */
#ifndef RUNTEST_SCHED_SCHED_H
#define RUNTEST_SCHED_SCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include "util/buf.h"

/* What a child may say of itself before its result, a byte each; its result begins with none of them. */
enum sched_word {
	SCHED_TIDYING = '\n', /* the work is done: it has only to tidy up and to write its result. Heard once more behind that */
	SCHED_WAITING = '\t', /* it waits for something that somebody else has */
	SCHED_WORKING = '\r', /* and now no more */
};

enum sched_room {
	SCHED_ROOM_NOW,
	SCHED_ROOM_LATER, /* another child has to go on first; never the answer when there is none */
	SCHED_ROOM_NEVER, /* it is left out */
};

enum sched_after {
	SCHED_DONE,
	SCHED_AGAIN, /* back to the end of its line */
	SCHED_STOP,  /* as a signal would: results cannot be kept any more */
};

struct sched_ops {
	/* In the child: do job number i and write its result to fd. The child ends when this returns. */
	void (*work)(void *ctx, size_t i, int fd);
	/* In the parent: about to start / it said so / it has ended, with everything else it wrote, its wait status, and
	 * what it and its children used. The next child may have been started meanwhile. */
	void (*starts)(void *ctx, size_t i);
	void (*says)(void *ctx, size_t i, enum sched_word word); /* NULL: nobody listens */
	enum sched_after (*ended)(void *ctx, size_t i, const struct buf *output, int wait_status, const struct rusage *used);
	/* After one or more have ended: what they gave is to be kept now. Not 0 stops. NULL: nothing to do. */
	int (*settle)(void *ctx);
	/* Which line it waits in, from 0; NULL: there is one. */
	size_t (*line)(void *ctx, size_t i);
	enum sched_room (*room)(void *ctx, size_t i);
	/* It is left out, as `room` said. Not 0 stops. NULL where nothing ever is. */
	int (*dropped)(void *ctx, size_t i);
	/* For who looks on: called whenever something has happened, and at the latest at the time (on clock_ms()) that it gave
	 * back the time before; INT64_MAX: no such time. NULL: nobody does. */
	int64_t (*look)(void *ctx);
	int look_fd;      /* that this is readable is something, too; -1: nothing. Without `look` it is not used */
	int64_t grace_ms; /* how long children that were told to end may take before they are killed */
	int64_t end_ms;   /* on clock_ms(): when those that still run are told to end; 0: never */
};

/*
 * Run the jobs with the given numbers. Returns how many were left, neither started (again) nor dropped: 0 unless it was
 * cancelled, stopped or overtaken by its end, or no process could be made; the children that ran then were told to end
 * (TERM), and have ended. When it drains (cancel_draining()), nothing is started any more, children that only wait are told
 * to end, and the others run to their own end.
 */
size_t sched_run(const struct sched_ops *ops, void *ctx, const size_t *jobs, size_t count);

#endif
