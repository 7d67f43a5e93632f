/* The beginning and the end of a run, as every command that boots something has them. */
#ifndef RUNTEST_CLI_RUNS_H
#define RUNTEST_CLI_RUNS_H

#include "cli/command.h"
#include "plan/plan.h"
#include "result/journal.h"

/* The folder and the journal of a fresh run with this plan. Of the settings the caller says what was asked for; the
 * version, the project and the time are filled in here. */
struct journal *runs_begin(const char *results, const struct project *project, struct plan *plan,
			   struct run_settings *settings, struct err *e);

/* The command line for settings.command: argv behind the command's name, and before it what the program was told of project
 * and lab. Texts are borrowed, the list is from the arena. */
const char *const *runs_command(const struct cli *cli, const char *name, int argc, char **argv, struct arena *a);

/* What is wrong with quarantine entries that cover planned sessions, and whose end has come: each once, NULL-terminated, from
 * the plan's arena; NULL: nothing. For settings.expired. */
const char *const *runs_expired(const struct project *project, struct plan *plan);

/* The run's end goes into the journal. The exit status, or -1. */
int runs_conclude(struct journal *j, bool allow_skipped, struct err *e);

#endif
