/* A scenario over time: what its sessions came to, run by run. */
#ifndef RUNTEST_HISTORY_TREND_H
#define RUNTEST_HISTORY_TREND_H

#include <jansson.h>

#include "history/runs.h"
#include "result/verdict.h"

/* Which sessions; globs, NULL: all. */
struct trend_request {
	const char *scenario;
	const char *variant, *board, *unit, *config;
	const char *since; /* RUN from which on; NULL: from the beginning */
	int limit;         /* runs, the newest ones */
};

struct trend_row {
	struct history_run run;
	int count[VERDICT_COUNT]; /* results per verdict */
	int retried;              /* attempts that were not the last */
	double boot_us;           /* median of those as demanded; 0: there is none */
	double quickest_us, slowest_us;
	double ratio;             /* how many times as long as before: of every session against its own last 30, the median; 0 */
	int images;               /* different ones */
};

struct trend {
	struct arena arena;
	struct trend_row *rows; /* oldest first */
	size_t count;
	size_t sessions;        /* different ones, without repeats */
	const char *near;       /* no scenario is called so: one with a name like it, or NULL */
};

/* Every scenario that the history has results of, by name; from the arena. */
int trend_scenarios(struct history *h, struct arena *a, const char *const **names, size_t *count, struct err *e);

/* Filled by it, to be finished even on error. */
int trend_find(struct history *h, const struct trend_request *q, struct trend *t, struct err *e);
void trend_finish(struct trend *t);

/* The same as one object: `runtest history --json`. The caller has it. */
json_t *trend_json(const struct trend *t);

#endif
