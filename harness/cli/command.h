/*
 * The command table: every subcommand is one `struct command` in one file of this folder, listed (sorted) in command.c.
 * main() finds the command, answers --help from its texts, and hands it the rest of the line.
 */
#ifndef RUNTEST_CLI_COMMAND_H
#define RUNTEST_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "config/project.h"
#include "util/err.h"

/* What stands before the command's own arguments. */
struct cli {
	const char *project; /* --project DIR, or NULL: found upward from the current folder */
};

struct command {
	const char *name;
	const char *synopsis; /* "run [OPTION...] SCENARIO..." */
	const char *about;    /* one line, for the list of commands */
	const char *help;     /* the rest of `runtest NAME --help`; lines end with \n */
	/* argv[0] is the command's name. Returns the exit status (docs/verdicts.md). */
	int (*run)(const struct cli *cli, int argc, char **argv);
};

extern const struct command command_build, command_check, command_doctor, command_inspect, command_list, command_report,
	command_run;

const struct command *command_find(const char *name); /* NULL: no such command */
void command_print_all(void);                         /* for `runtest --help` */

/* Say what is wrong with the command line and where help is, on stderr. Returns 2. */
int command_usage_error(const struct command *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Print the error on stderr. Returns its exit status. */
int command_error(const struct err *e);

/* Find and read the project; prints every error. 0, or the exit status (2). Finish p in either case. */
int command_load_project(const struct cli *cli, struct project *p);

#endif
