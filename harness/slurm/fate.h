/* What became of a session whose job has ended without a result: verdict and reason, from what Slurm says. */
#ifndef RUNTEST_SLURM_FATE_H
#define RUNTEST_SLURM_FATE_H

#include <stdbool.h>

#include "result/verdict.h"
#include "slurm/state.h"
#include "util/mem.h"

struct fate_facts {
	struct slurm_state state;
	const char *job;       /* "12_3" */
	const char *node;      /* where it ran last; NULL: it never did */
	int minutes;           /* Slurm's limit for it */
	bool began;            /* the session itself had begun */
	const char *cancelled; /* who cancelled the run, and when ("ada, ..."); NULL: `runtest cancel` was not used */
	const char *said;      /* the last line that the job printed, or NULL */
};

/* The reason, from the arena. A job that was cancelled, preempted or lost by Slurm cancels its session, which `--resume` runs then;
 * everything else is the lab's trouble. */
const char *fate_of(const struct fate_facts *f, enum verdict *verdict, struct arena *a);

/* Why an earlier run of a job that Slurm has put back came to nothing. */
const char *fate_of_earlier(const char *job, const char *node, struct arena *a);

#endif
