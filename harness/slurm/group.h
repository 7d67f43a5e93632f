/*
 * Sessions of a plan that ask Slurm for the same: each group is one array job. A group is a file of the run,
 * RUN/slurm/NAME.json, which the job on the node reads to learn which session it is.
 */
#ifndef RUNTEST_SLURM_GROUP_H
#define RUNTEST_SLURM_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/plan.h"
#include "util/err.h"
#include "util/mem.h"

#define SLURM_FOLDER "slurm" /* in the run's folder */
#define PARTS_FOLDER "parts" /* in the run's folder: what the nodes journal, parts/GROUP/SESSION.jsonl */

struct slurm_group {
	const char *name;             /* "g1": unlike that of any other group of the run */
	const char *kind;             /* hardware: the kind of board; NULL: QEMU */
	const char *unit;             /* the one that it has to be; NULL: any of the kind */
	const char *node;             /* where that hangs; NULL: any node */
	int cpus;                     /* for each session */
	int minutes;                  /* Slurm's time limit for each */
	int64_t job;                  /* the array's job id; 0: not known (yet) */
	const char *const *sessions;  /* by their place in the array; NULL-terminated */
};

struct slurm_groups {
	struct slurm_group *items;
	size_t count;
};

/* What groups are made from. */
struct group_wish {
	const struct project *project;
	const struct plan *plan;
	const bool *done;    /* by place in the plan: has its verdict already; NULL: none has */
	int64_t timeout_ms;  /* instead of the scenarios' deadlines; 0: those */
	int attempts;        /* of each session, in one job, besides those that its scenario allows */
	size_t most;         /* sessions in one array: Slurm's MaxArraySize */
	unsigned first;      /* number of the first group: those before are of an earlier part of the run */
};

/* In the order in which the plan is best begun. ERR_CONFIG for a board that hangs on no node. All from the arena. */
int groups_make(struct slurm_groups *g, const struct group_wish *wish, struct arena *a, struct err *e);

/* Slurm's limit for a session, in whole minutes: its deadline, switching, and time to write results. */
int group_minutes(int64_t deadline_ms, bool hardware);

/* Into RUN/slurm/NAME.json, synced. ERR_IO. */
int group_write(const char *run_dir, const struct slurm_group *g, struct err *e);

/* ERR_USAGE: the run has no such group; ERR_IO: it is damaged. */
int group_read(const char *run_dir, const char *name, struct slurm_group *g, struct arena *a, struct err *e);

/* All of a run, in the order of their numbers; none is no error: the run was not submitted. */
int groups_read(const char *run_dir, struct slurm_groups *g, struct arena *a, struct err *e);

size_t group_size(const struct slurm_group *g);

#endif
