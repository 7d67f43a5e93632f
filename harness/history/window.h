/* Results of several runs side by side, for comparing. */
#ifndef RUNTEST_HISTORY_WINDOW_H
#define RUNTEST_HISTORY_WINDOW_H

#include "history/runs.h"
#include "result/verdict.h"

struct window_row {
	int64_t series, image, parameters, why, quarantine; /* numbers in the database; 0: none */
	enum verdict verdict;
	enum cause cause;
	int64_t boot_us;
};

/* The last attempts of one run, by series. */
struct window_run {
	struct history_run run;
	struct window_row *rows;
	size_t count;
};

struct window {
	struct window_run *runs; /* newest first */
	size_t count;
};

int window_read_run(struct history *h, const struct history_run *run, struct arena *a, struct window_run *w,
		    struct err *e);

/* The rows of a series: the first one, and how many; 0: it is not there. */
size_t window_series(const struct window_run *w, int64_t series, const struct window_row **first);

/* How many different series there are, and how many of them the other one has, too. */
size_t window_series_count(const struct window_run *w);
size_t window_common(const struct window_run *w, const struct window_run *other);

#endif
