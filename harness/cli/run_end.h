/* What `runtest run` does when its sessions are over. */
#ifndef RUNTEST_CLI_RUN_END_H
#define RUNTEST_CLI_RUN_END_H

#include <stdbool.h>

#include "result/journal.h"

/*
 * The run's end into the journal, the run into the history, reports into its folder, the table on stdout, errors on stderr;
 * returns the exit status. All of it is done by a process of its own: it reads every result, and a supervisor that goes on
 * (`runtest nightly`) has no use for the memory which that takes.
 */
int run_end(struct journal *j, const char *results, bool allow_skipped);

#endif
