/*
 * Following a run that was submitted: what the nodes journal is merged into the run's own journal, each result once,
 * however often whoever follows is killed and begins again; Slurm is asked about the sessions that say nothing.
 *
 * A result that is merged carries where it came from ("slurm": job, group, restart, node), which is how it is known again.
 * A session that a job left without a result gets one that says what became of the job.
 */
#ifndef RUNTEST_SLURM_FOLLOW_H
#define RUNTEST_SLURM_FOLLOW_H

#include <stdbool.h>

#include "result/journal.h"
#include "slurm/group.h"

struct follow_spec {
	struct journal *journal;         /* of the run, open: who follows holds it */
	const struct run_record *record; /* plan and settings of the run */
	const struct slurm_groups *groups;
	bool despite_signals;            /* to the end, whatever signal came: the jobs have been cancelled */
	/* Brings what nodes have sent by other ways than a shared folder; asked often. May be NULL. ERR_INFRA: not just now. */
	int (*fetch)(void *ctx, struct err *e);
	void (*progress)(void *ctx, const struct session_result *r); /* after each result; may be NULL */
	void (*say)(void *ctx, const char *text);                    /* what happens besides, a line; may be NULL */
	/* For who looks on, again and again: each session that Slurm runs just now, and where; then `look`, with how many wait
	 * in its queue. Both, or NULL. */
	void (*runs)(void *ctx, const struct planned *p, const char *node);
	void (*look)(void *ctx, size_t waiting);
	void *ctx;
};

/* Until every submitted session has its verdict: 0. 1: a signal came before. -1: ERR_IO. */
int follow_run(const struct follow_spec *spec, struct err *e);

/*
 * All jobs of these groups are told to end. `who`: noted in the run, for those who follow it; NULL: nobody. A controller that
 * does not answer is waited for, which is told to `waiting` (with a NULL ctx; may be NULL), until a second signal comes:
 * ERR_CANCELLED. ERR_USAGE, ERR_INFRA.
 */
int follow_cancel(const char *run_dir, const char *run, const struct slurm_groups *groups, const char *who,
		  void (*waiting)(void *ctx, const char *text), struct err *e);

/* The run goes on: whoever cancelled it before has no part in what becomes of its further jobs. */
void follow_uncancel(const char *run_dir);

/* How many of the groups' jobs are in the queue or run: -1 with ERR_USAGE, ERR_INFRA. *ending (may be NULL): how many of
 * these are over but for their epilogs. */
long follow_active(const char *run, const struct slurm_groups *groups, long *ending, struct err *e);

#endif
