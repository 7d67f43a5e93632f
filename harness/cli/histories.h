/* Where a command finds the history, and how a run gets into it. */
#ifndef RUNTEST_CLI_HISTORIES_H
#define RUNTEST_CLI_HISTORIES_H

#include "cli/command.h"
#include "history/history.h"

/* Options that every command about the history has. */
struct history_place {
	const char *database; /* --database URL, or NULL */
	const char *results;  /* --results DIR, or NULL: the project's, or ./results outside of any project */
};

#define HISTORY_PLACE_OPTIONS {"database", required_argument, NULL, 'D'}, {"results", required_argument, NULL, 'R'}

#define HISTORY_PLACE_HELP                                                                          \
	"  --database URL  sqlite:PATH or postgresql://HOST/DATABASE; without it RUNTEST_DATABASE,\n"   \
	"                  else the file history.db in the results' folder\n"                          \
	"  --results DIR   the results' folder instead of the project's results/\n"

/* One of those options: true when it was. */
bool history_place_take(struct history_place *p, int option);

char *history_place_results(const struct history_place *p, const struct cli *cli); /* malloc'd */
struct history *history_place_open(const struct history_place *p, const struct cli *cli, bool write, struct err *e);

/*
 * At the end of a run: its results into the history that RUNTEST_DATABASE names, or that of its results' folder. That
 * this does not work out is a warning on stderr and changes no verdict: the journal has everything.
 */
void history_import_quietly(const char *results, const char *run_dir);

#endif
