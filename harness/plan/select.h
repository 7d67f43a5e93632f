/* Parts of a plan that exists: one session of it, a share of it, those that a request means. Pure. */
#ifndef RUNTEST_PLAN_SELECT_H
#define RUNTEST_PLAN_SELECT_H

#include "plan/plan.h"

/* Leave one session, for bring-up: the first that must pass; where none must, or can be run, the first of all. */
void plan_single(struct plan *p);

struct plan_shard {
	int index, count; /* 1..count; count 0: all of it */
};

/* "2/5". -1 when it is no such text. */
int plan_shard_read(const char *text, struct plan_shard *s);

/*
 * Leave this share. The shares of a plan are disjoint, and together all of it; each takes about as long as the others, by
 * what was guessed of the sessions when the plan was made: never by a history, which one machine has and another has not.
 * Where there are more shares than sessions, some have none.
 */
void plan_share(struct plan *p, struct plan_shard s);

/*
 * Leave the sessions that the request's scenarios, tags, variants, boards, configurations and flags mean (not `only`).
 * ERR_USAGE for a name that matches nothing in the project; a plan without a job is none here.
 */
int plan_filter(struct plan *p, const struct project *project, const struct plan_request *want, struct err *e);

#endif
