/* The sessions of a run as people read them: those that differ only in --repeat are one row. */
#ifndef RUNTEST_RESULT_ROWS_H
#define RUNTEST_RESULT_ROWS_H

#include "result/journal.h"

struct report_row {
	const struct session_result **sessions; /* in the plan's order; at least one */
	size_t count;
	unsigned verdicts[VERDICT_COUNT];       /* by session_verdict() */
};

struct report_rows {
	struct report_row *rows; /* in the order of their first sessions */
	size_t count;
	const struct session_result **sessions; /* what the rows point into */
};

void report_rows_make(struct report_rows *rows, const struct run_record *r); /* r outlives it */
void report_rows_finish(struct report_rows *rows);

/* The session that the row is judged by: the first of the gravest verdict. */
const struct session_result *report_row_gravest(const struct report_row *row);

/* Failures before a broken lab, that before retries, those before what is neutral, that before what is fine. */
int verdict_gravity(enum verdict v);

/* Median of what its sessions took, of those that ran; -1: none did. */
int64_t report_row_median_ms(const struct report_row *row);

#endif
