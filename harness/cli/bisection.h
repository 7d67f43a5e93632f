/* A bisection under way: its folder, its state, and how one revision is tested. */
#ifndef RUNTEST_CLI_BISECTION_H
#define RUNTEST_CLI_BISECTION_H

#include "bisect/state.h"
#include "cli/trial.h"

struct bisection {
	struct trial_options *options;
	const struct project *project;
	const char *const *command; /* argv, for the runs' settings */
	struct bisect_state state;
	const char *dir;            /* absolute: bisect.json, and a folder for each run */
	struct plan plan;           /* the one job, with the variant as the project has it */
	int lock;                   /* on `dir`: one process at a time; -1: none yet */
};

/* Find the job: the scenario, one variant, one board. ERR_USAGE. */
int bisection_plan(struct bisection *b, struct err *e);

/* Begin a new one between two revisions: looks them up, makes the folder, writes the state. */
int bisection_begin(struct bisection *b, const char *good, const char *bad, struct err *e);

/* Go on with one: NAME in the results, a path, or "latest". */
int bisection_resume(struct bisection *b, const char *name, struct err *e);

void bisection_finish(struct bisection *b);

/*
 * Build and boot a commit, and keep what it came to. `reference` is the outcome of the good revision; NULL: this is the
 * good one, and every boot has to come to the same. In *t what came of it; its note says why a mark is MARK_SKIPPED.
 * -1: the lab failed, or a stop was requested; the bisection can be resumed.
 */
int bisection_test(struct bisection *b, const char *commit, const struct outcome *reference, struct bisect_test *t,
		   struct err *e);

/* "pass", "fail pd-code-cleared". */
const char *bisection_outcome(struct bisection *b, struct outcome o);

#endif
