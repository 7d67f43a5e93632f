/* What the parts of an import share. */
#ifndef RUNTEST_HISTORY_IMPORT_H
#define RUNTEST_HISTORY_IMPORT_H

#include "history/open.h"
#include "result/journal.h"

/* One import of one run. */
struct import {
	struct history *h;
	const struct run_record *record;
	int64_t run; /* its number */
	bool again;  /* there are rows of it already */
};

/* One result of a session into the tables: the prepared statements for it, and the times that it takes. */
struct session_rows {
	struct db_statement *session, *forget_times, **times;
};

void session_rows_finish(struct session_rows *r, struct history *h);
/* Every attempt of the session, in a transaction; one that has not ended yet has only its earlier ones. */
int session_rows_write(struct session_rows *rows, const struct import *im, const struct session_result *s, struct err *e);

/* How many rows that is. */
size_t session_rows_count(const struct session_result *s);

/* SESSION without ".REPEAT" at its end, from the arena. */
const char *session_series_name(const char *session, int repeat, struct arena *a);

#endif
