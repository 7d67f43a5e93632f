/* A run that another command needs an answer from: built, booted, journalled, read back. */
#ifndef RUNTEST_CLI_TRIAL_H
#define RUNTEST_CLI_TRIAL_H

#include "cli/command.h"
#include "plan/plan.h"
#include "result/journal.h"

/* What `ab` and `bisect` take alike. */
struct trial_options {
	struct arena arena;
	struct plan_request want;
	const char *results;
	size_t jobs;
	int64_t timeout_ms;
	bool verbose;
};

enum { TRIAL_BOARD = 512, TRIAL_CONFIG, TRIAL_JOBS, TRIAL_REPEAT, TRIAL_RESULTS, TRIAL_SET, TRIAL_TIMEOUT, TRIAL_VARIANT };

#define TRIAL_OPTIONS                                                                                    \
	{"board", required_argument, NULL, TRIAL_BOARD}, {"config", required_argument, NULL, TRIAL_CONFIG},   \
		{"jobs", required_argument, NULL, TRIAL_JOBS}, {"repeat", required_argument, NULL, TRIAL_REPEAT}, \
		{"results", required_argument, NULL, TRIAL_RESULTS}, {"set", required_argument, NULL, TRIAL_SET}, \
		{"timeout", required_argument, NULL, TRIAL_TIMEOUT},                                      \
		{"variant", required_argument, NULL, TRIAL_VARIANT}, {"verbose", no_argument, NULL, 'v'}

extern const char trial_help[]; /* lines about these options */

void trial_options_init(struct trial_options *o);
void trial_options_finish(struct trial_options *o);

/* One of them. 0, or the exit status (2) after what is wrong was reported. */
int trial_option(struct trial_options *o, const struct command *c, int option, const char *value);

struct trial {
	const struct project *project;
	const struct trial_options *options;
	struct plan *plan;
	const char *results;        /* folder for the run */
	const char *run;            /* its name there; NULL: a fresh id */
	const char *const *command; /* argv for its run.json; NULL-terminated */
};

/* 0 with what came of it in `record` (to be finished in any case). After a stop was requested: ERR_CANCELLED. */
int trial_run(const struct trial *t, struct run_record *record, struct err *e);

#endif
