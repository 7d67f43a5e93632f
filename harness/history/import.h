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
/* In a transaction. `final`: it is the session's last attempt. */
int session_rows_write(struct session_rows *rows, const struct import *im, const struct session_result *s, bool final,
		       struct err *e);

/* SESSION without ".REPEAT" at its end, from the arena. */
const char *session_series_name(const char *session, int repeat, struct arena *a);

#endif
