/* Sessions that come out one way and another although nothing has changed. docs/history.md says what that means. */
#ifndef RUNTEST_HISTORY_FLAKY_H
#define RUNTEST_HISTORY_FLAKY_H

#include <jansson.h>

#include "history/runs.h"
#include "history/stats.h"

struct flaky_session {
	const char *session;      /* without its repeat */
	int good, bad, retried;   /* results on images that it came out with one way and another; retried: verdict flaky */
	struct stats_interval rate; /* of those, not good */
	int images;               /* on so many images, with the same parameters and the same demand */
	const char *last_run;     /* in which it did not come out well */
	int64_t last_ms;
};

struct flaky_list {
	struct arena arena;
	struct flaky_session *items; /* the worst first */
	size_t count;
	size_t sessions, results;    /* that were looked at */
	struct history_run from, to; /* in these runs; to.run NULL: there is none */
};

/* In the runs from `since` on; NULL: in the last 200 runs, or as many of them as have 100,000 sessions planned together.
 * Filled by it, to be finished even on error. */
int flaky_find(struct history *h, const char *since, struct flaky_list *l, struct err *e);
void flaky_finish(struct flaky_list *l);

/* The list as one object: `runtest flaky --json`. The caller has it. */
json_t *flaky_json(const struct flaky_list *l);

#endif
