/* A run that was submitted, from its queue to its report: what `submit`, `attach` and `cancel` do alike. */
#ifndef RUNTEST_CLI_FOLLOWING_H
#define RUNTEST_CLI_FOLLOWING_H

#include <stdbool.h>

#include "cli/command.h"
#include "result/journal.h"
#include "slurm/group.h"
#include "slurm/submit.h"

struct following {
	const char *results;   /* where runs are */
	const char *lab;       /* whose boards, or NULL */
	bool cancels;          /* a signal cancels the jobs, as it would cancel sessions of `runtest run`; else they go on */
	struct submit_spec how; /* of groups that were not yet submitted */
};

/* Who submits this run: the program, the project's root. Texts from the arena. */
int following_submitter(struct submit_spec *s, const char *root, const char *lab, struct arena *a, struct err *e);

/*
 * Merge results until every session has one; then the report, as `runtest run` ends. The journal is the run's, open. The
 * exit status, after anything that went wrong was printed.
 */
int following_run(const struct following *f, struct journal *j);

/* The journal of a run that was submitted; while another process follows the run, that one is waited for, and then the
 * status is its own: *j is NULL. 0, or the exit status, printed. `dir`: the run's folder. */
int following_open(const char *dir, struct journal **j);

/* Says that something is waited for while jobs are being cancelled, and how not to wait. `ctx` is not used. */
void following_waits(void *ctx, const char *text);

/* The run's folder, malloc'd; NULL after it was printed why there is none that was submitted. */
char *following_find(const struct cli *cli, const char *results, const char *run);

#endif
