/* The command line of `runtest run`, and of what takes the same words (`runtest submit`). */
#ifndef RUNTEST_CLI_RUN_OPTIONS_H
#define RUNTEST_CLI_RUN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/foreign.h"
#include "cli/option_table.h"
#include "plan/plan.h"
#include "util/mem.h"

struct run_options {
	struct arena arena;          /* owns the lists of `want` */
	struct plan_request want;
	struct foreign_files given;  /* --image and what explains it */
	const char *resume;          /* RUN to go on with, or NULL */
	const char *run_id;          /* what a fresh run is called, or NULL: by its time */
	const char *lab;             /* --lab ID, or NULL */
	const char *results;         /* --results DIR; NULL until the project is known: its results/ then */
	int jobs;
	int64_t timeout_ms;          /* 0: the scenarios' own */
	bool dry_run, verbose, culprit, no_record, no_map, allow_skipped;
};

extern const struct option_table run_option_table;
extern const char run_options_about[], run_options_statuses[]; /* what `--help` says before and after the table */

/* The words of command `c`: those of the table above, and those of `own` (NULL: it has none). 0, or the exit status (2)
 * after what is wrong was reported. Finish in either case. */
int run_options_parse(struct run_options *o, const struct command *c, const struct option_place *own, int argc,
		      char **argv);
void run_options_finish(struct run_options *o);

#endif
