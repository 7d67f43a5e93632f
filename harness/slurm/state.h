/* What Slurm says of jobs: lines of squeue(1) and sacct(1), and what a state means for the session behind it. */
#ifndef RUNTEST_SLURM_STATE_H
#define RUNTEST_SLURM_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/mem.h"

/* How far a job has come. */
enum slurm_stage {
	STAGE_UNKNOWN, /* Slurm does not say, or no longer knows it */
	STAGE_WAITING, /* in the queue, for the first time or again */
	STAGE_RUNNING,
	STAGE_ENDING,  /* its processes are being ended, or the epilog runs */
	STAGE_ENDED,
};

/* Why it has ended. */
enum slurm_end {
	ENDED_NONE,
	ENDED_COMPLETED, /* exit status 0 */
	ENDED_FAILED,    /* another one, or a signal */
	ENDED_CANCELLED,
	ENDED_TIMEOUT,
	ENDED_NODE_FAIL,
	ENDED_PREEMPTED,
	ENDED_OTHER,     /* out of memory, past its deadline, the node did not boot */
};

struct slurm_state {
	enum slurm_stage stage;
	enum slurm_end end;
	const char *name; /* Slurm's own word: "NODE_FAIL" */
	const char *node; /* where it runs or ran; "" when it does not */
	const char *reason; /* why it waits, or what the node's trouble is; "" or "None" */
};

/* The state of this name: stage and end. A word that is not known counts as running: nothing is concluded from it. */
struct slurm_state slurm_state_of(const char *name);

/* Tasks of an array in the same state. */
struct slurm_line {
	int64_t job;       /* of the array */
	const char *tasks; /* their places in it: "3", or "1-4,7,10-20:2%5"; "": those of which
			      no other line says anything (or no array at all). See tasks_next() */
	struct slurm_state state;
};

/* Places that go together: from, from + step, ... up to `to`. */
struct slurm_range {
	long from, to, step;
};

/* The next range of such a list, which *list moves along. False at its end, and at what is no range. */
bool tasks_next(const char **list, struct slurm_range *r);

/* For `squeue --noheader --array --states=all SQUEUE_FORMAT`. */
#define SQUEUE_FORMAT "--format=%F|%K|%T|%N|%r"
/* For `sacct --noheader --parsable2 --allocations SACCT_FORMAT`. */
#define SACCT_FORMAT "--format=JobID,State,NodeList"

/* The next line of that output that is one (others are passed over); texts from the arena. *at: where to go on. False at
 * the end. */
bool squeue_next(const char *text, size_t n, size_t *at, struct slurm_line *line, struct arena *a);
bool sacct_next(const char *text, size_t n, size_t *at, struct slurm_line *line, struct arena *a);

/* The job id that `sbatch --parsable` says ("12" or "12;CLUSTER", behind warnings); 0: none. */
int64_t sbatch_job(const char *text, size_t n);

/* The value of "NAME   = NUMBER" in the output of `scontrol show config`; -1: there is none. */
long config_number(const char *text, size_t n, const char *name);

#endif
