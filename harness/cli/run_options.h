/* The command line of `runtest run`, and of what takes the same words (`runtest submit`). */
#ifndef RUNTEST_CLI_RUN_OPTIONS_H
#define RUNTEST_CLI_RUN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/foreign.h"
#include "cli/images.h"
#include "cli/option_table.h"
#include "plan/plan.h"
#include "plan/select.h"
#include "util/mem.h"

/* What of the plan is run. */
struct run_part {
	const char *failed_of;   /* --only-failed RUN, or NULL */
	bool single;
	struct plan_shard shard;
};

struct run_options {
	struct arena arena;          /* owns the lists of `want` */
	struct plan_request want;
	struct run_part part;
	struct foreign_files given;  /* --image and what explains it */
	const char *resume;          /* RUN to go on with, or NULL */
	const char *run_id;          /* what a fresh run is called, or NULL: by its time */
	const char *lab;             /* --lab ID, or NULL */
	const char *results;         /* --results DIR; NULL until the project is known: its results/ then */
	int jobs;                    /* 0: as many as boards, processors and memory allow */
	int retries;                 /* of each session, after infra */
	int64_t timeout_ms;          /* 0: the scenarios' own */
	int64_t max_time_ms;         /* of the whole run; 0: no limit */
	int64_t wait_ms;             /* for a board that somebody else has; -1: for ever */
	int64_t begun_ms;            /* when the command began, on clock_ms() */
	bool fail_fast, keep_going, flaky_exit, any_health;
	bool dry_run, verbose, quiet, culprit, no_record, no_map, allow_skipped;
};

extern const struct option_table run_option_table;
extern const char run_options_about[], run_options_statuses[]; /* what `--help` says before and after the table */

/* The words of command `c`: those of the table above, and those of `own` (NULL: it has none). 0, or the exit status (2)
 * after what is wrong was reported. Finish in either case. */
int run_options_parse(struct run_options *o, const struct command *c, const struct option_place *own, int argc,
		      char **argv);
void run_options_finish(struct run_options *o);

/* Do they ask for sessions of an earlier run, as they were there (RUN/SESSION, --only-failed)? */
bool run_options_again(const struct run_options *o);

/* What is said of builds. */
enum images_saying run_options_saying(const struct run_options *o);

#endif
