/*
 * What a run says on stderr while it goes on: at a terminal the live view (live/view.h) with the finished sessions above it,
 * elsewhere a line for each session as it ends, or nothing (--quiet). It also gives ^C at a terminal its two meanings
 * (util/cancel.h), and says them.
 */
#ifndef RUNTEST_CLI_PROGRESS_H
#define RUNTEST_CLI_PROGRESS_H

#include <stdbool.h>

#include "plan/plan.h"
#include "result/model.h"
#include "sched/run.h"

struct progress; /* opaque */

struct progress_want {
	const struct plan *plan;
	const bool *done;                    /* by place in the plan: has its verdict from before; NULL: none */
	const struct session_result *before; /* theirs; NULL as well then */
	size_t at_once;                      /* --jobs, or 0 */
	bool quiet;
};

/* From now until it is closed ^C drains first, where somebody is there to type it. */
struct progress *progress_open(const struct progress_want *want);
void progress_close(struct progress *p); /* what is on the screen goes, NULL is fine */

/* For the run_spec: who looks on, or NULL; its ctx is `p`. */
const struct run_onlooker *progress_onlooker(const struct progress *p);

/* A session has its verdict, or will be tried again; a remark, a line or more. */
void progress_result(struct progress *p, const struct session_result *r, bool again);
void progress_say(struct progress *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
