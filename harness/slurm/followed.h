/* What the files that follow a run share: the sessions that are followed. Nobody else includes this. */
#ifndef RUNTEST_SLURM_FOLLOWED_H
#define RUNTEST_SLURM_FOLLOWED_H

#include <jansson.h>

#include "slurm/follow.h"
#include "slurm/part.h"
#include "slurm/state.h"

#define CANCELLED_FILE "cancelled" /* in RUN/slurm: by whom, and when */

struct followed {
	const struct planned *planned;
	const struct slurm_group *group;
	long task;                  /* its place in the group's array */
	bool done;
	long long part_size;        /* as it was read last */
	struct slurm_state state;   /* as Slurm said last; texts from the follower's arena */
	int64_t silent_since_ms;    /* since when its job is over, or not known any more, without a result; 0: it is not */
	int releases;               /* how often it was released from a hold of Slurm's own */
	const char *const *merged;  /* what the journal has of it: keys, see key_of() */
};

struct follow {
	const struct follow_spec *spec;
	struct err *err;
	struct arena arena;        /* as long as the run is followed */
	struct arena polled;       /* what Slurm said last */
	struct followed *items;    /* sorted by the session's name */
	size_t count, open;
	int64_t ask_ms;            /* when Slurm is asked next */
	int64_t fetch_ms;          /* when what nodes have sent is fetched next */
	bool unfetched;            /* the last time it could not be */
	bool unanswered;           /* it was said that the controller does not answer */
	const char *const *told;   /* reasons for waiting that were said */
	const char *cancelled;     /* by whom */
};

void follow_say(const struct follow *f, const char *text);

/* The one of that name, or NULL. */
struct followed *follow_find(const struct follow *f, const char *session);

/* "12_3": its job, as Slurm takes it. */
const char *follow_job(struct arena *a, const struct followed *s);

/* "--name=RUN.g1,RUN.g2": sbatch's names of all groups. */
const char *follow_names(struct arena *a, const char *run, const struct slurm_groups *groups);

/* ---- merging (merge.c) ---- */

/* What the journal has already, from an earlier follower. */
int follow_recall(struct follow *f);

/* Where a result came from. */
struct origin {
	int restart, attempt; /* attempt 0: the follower's own word */
	const char *job, *node;
	bool ended;
};

/* Into the run's journal, unless it is there. The object is taken. */
int follow_merge(struct follow *f, struct followed *s, json_t *result, const struct origin *o);

/* A result of the node's own, or (NULL) one that says what the plan knows. */
json_t *follow_result(const struct follow *f, const struct followed *s, const char *json, int attempts);
void follow_verdict(json_t *result, enum verdict verdict, const char *why);

/* How many attempts the runs of the job before had, and this one. */
int follow_attempts_before(const struct part *p, size_t run);

/* What the node has journalled by now; and, once its job is over, a result in any case. */
int follow_settle(struct follow *f, struct followed *s);

/* ---- the end of a job that left no result (ending.c) ---- */

/* Has it been over for so long that nothing will come any more? */
bool follow_is_over(const struct follow *f, struct followed *s);
int follow_conclude(struct follow *f, struct followed *s, const struct part *p, struct arena *a);

/* ---- asking Slurm (ask.c) ---- */

int follow_ask(struct follow *f);

#endif
