/* Runs as the history knows them. */
#ifndef RUNTEST_HISTORY_RUNS_H
#define RUNTEST_HISTORY_RUNS_H

#include <stdbool.h>
#include <stdint.h>

#include "history/history.h"

struct history_run {
	int64_t id;
	const char *run;     /* RUN-ID */
	int64_t started_ms;  /* since 1970, UTC */
	int64_t ended_ms;    /* -1: it has not come to its end */
	int exit_status;     /* when ended */
	int planned, jobs;
	const char *version, *qemu_version; /* "": not known */
	const char *command;
	bool mutants;
	const char *image;   /* SHA-256 of a given image; "": variants were run */
};

/* RUN by its id, the path of its folder, or "latest". ERR_USAGE when the history has none of that name. */
int history_run_find(struct history *h, const char *run, struct arena *a, struct history_run *r, struct err *e);

struct history_runs {
	struct history_run *items; /* newest first */
	size_t count;
};

/* At most `most` runs of the same sort (mutants or not) that began no later than `last`, which is the first of them. */
int history_runs_until(struct history *h, const struct history_run *last, int most, struct arena *a,
		       struct history_runs *runs, struct err *e);

/* "2026-01-31 23:58" (UTC) into out; returns out. */
enum { HISTORY_WHEN = 20 };
char *history_when(int64_t ms, char out[HISTORY_WHEN]);

#endif
