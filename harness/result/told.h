/* Which sessions of a run are told in full: those that are not ok, each kind of failure of a row once. */
#ifndef RUNTEST_RESULT_TOLD_H
#define RUNTEST_RESULT_TOLD_H

#include "result/rows.h"

/* One session, for itself and for the repeats that came to the same verdict and cause. */
struct told {
	const struct session_result *session;
	const struct report_row *row;
	size_t place; /* of the session in its row */
};

struct told_list {
	struct told *items; /* in the plan's order */
	size_t count;
	struct report_rows rows; /* what they point into */
};

void told_make(struct told_list *l, const struct run_record *r); /* r outlives it */
void told_finish(struct told_list *l);

/* The gravest first, else as before. */
void told_sort_gravest(struct told_list *l);

/* Did the i-th session of its row, which stands behind the one that is told, come to the same? */
bool told_is_same(const struct told *t, size_t i);

/* How many more came to the same. */
size_t told_others(const struct told *t);

#endif
