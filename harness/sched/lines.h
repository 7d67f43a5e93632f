/* Jobs that wait, in several lines: each in its order, with the time of its coming. Inner part of the room. */
#ifndef RUNTEST_SCHED_LINES_H
#define RUNTEST_SCHED_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct waiter {
	size_t job, line;
	size_t order; /* lower: has waited longer */
	size_t next;  /* in its line */
};

struct line {
	size_t first, last;
	bool shut; /* nobody of it is looked at until lines_open() */
};

struct lines {
	struct waiter *waiters; /* by place; a place is free while its job is not in line */
	struct line *lines;
	size_t line_count, count, last_order;
};

enum { LINES_NOBODY = -1 };

/* All of them in line, in this order. `line` says which; NULL: one line. */
void lines_make(struct lines *l, const size_t *jobs, size_t count, size_t (*line)(void *ctx, size_t job), void *ctx);
void lines_finish(struct lines *l);

/* The place of the one who has waited longest of the first in each line that is open; LINES_NOBODY. */
long lines_first(const struct lines *l);

void lines_shut(struct lines *l, size_t place); /* the line of this one */
void lines_open(struct lines *l);               /* all of them */

void lines_leave(struct lines *l, size_t place); /* who must be the first in its line */
void lines_rejoin(struct lines *l, size_t place); /* at its end */

#endif
