/*
 * The command table: every subcommand is one `struct command` in one file of this folder, listed (sorted) in command.c.
 * main() finds the command, answers --help from its texts, and hands it the rest of the line.
 */
#ifndef RUNTEST_CLI_COMMAND_H
#define RUNTEST_CLI_COMMAND_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/project.h"
#include "util/err.h"

/* What stands before the command's own arguments. */
struct cli {
	const char *project; /* --project DIR, or NULL: found upward from the current folder */
	const char *lab;     /* --lab ID: whose boards are there, or NULL: the only lab that runs */
};

struct option_table;

struct command {
	const char *name;
	const char *synopsis; /* "run [OPTION...] SCENARIO..." */
	const char *about;    /* one line, for the list of commands */
	const char *help;     /* the rest of `runtest NAME --help`; lines end with \n */
	const struct option_table *options; /* shown behind `help`; NULL: they are in it (cli/option_table.h) */
	const char *help_after;             /* and what stands behind those; NULL: nothing */
	/* argv[0] is the command's name. Returns the exit status (docs/verdicts.md). */
	int (*run)(const struct cli *cli, int argc, char **argv);
};

extern const struct command
	command_ab, command_attach, command_bisect, command_build, command_cancel, command_check, command_compare,
	command_completion, command_console, command_culprit, command_doctor, command_farm, command_flaky,
	command_gc, command_health, command_history, command_init, command_inspect, command_lab, command_list,
	command_load, command_man, command_map, command_nightly, command_power, command_regressions, command_release,
	command_replay, command_report, command_reserve, command_run, command_serve, command_submit, command_who;

const struct command *command_find(const char *name); /* NULL: no such command */
const struct command *command_at(size_t i);           /* by name; NULL behind the last one */
struct buf;
void command_add_all(struct buf *out);                /* a line for each, for `runtest --help` */

/* Say what is wrong with the command line and where help is, on stderr. Returns 2. */
int command_usage_error(const struct command *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The next option, as getopt_long() gives it (optind and optarg too), -1 at the end. One that is bad is reported, and
 * comes back as '?': the exit status is 2 then. `letters` begin with a
 * colon, so that getopt_long() says nothing by itself; options may be NULL: none has a name. */
int command_option(const struct command *c, int argc, char **argv, const char *letters, const struct option *options);

/* The value of an option that is a number from 1 to `most`. 0, or 2 after it was reported. */
int command_count(const struct command *c, const char *option, const char *text, long most, long *count);

/* The value of --wait: how long to wait for a board, in ms. 0, or 2 after it was reported. */
int command_wait(const struct command *c, const char *text, int64_t *wait_ms);

/* Print the error on stderr. Returns its exit status. */
int command_error(const struct err *e);

/* May standard output be coloured? As --color says; without it (auto): it is a terminal, and nobody asked for less (NO_COLOR,
 * https://no-color.org). */
bool command_colour(void);
bool command_colour_of(int fd); /* the same of another descriptor */

/* The value of --color, which every command takes: auto, always, never. 0, or 2 after it was reported; c may be NULL. */
int command_set_colour(const struct command *c, const char *when);

/* The project's folder, from --project or upward from here: malloc'd, absolute. NULL with ERR_USAGE. */
char *command_project_root(const struct cli *cli, struct err *e);

/* Where runs are kept: `given` (of --results) unless NULL, else results/ in the project's folder; outside of any project
 * ./results. malloc'd. */
char *command_results_folder(const struct cli *cli, const char *given);

/* Mistakes in files of the project in `root`, on stderr, with paths that lead there from the current folder. */
void command_print_mistakes(const struct err_list *errors, const char *root);

/* Find and read the project, with its mutants or without; prints every error. 0, or the exit status (2). Finish p in
 * either case. */
int command_load_project(const struct cli *cli, struct project *p, bool mutants);

/*
 * The same for who works on boards: only boards/ is read, and mistakes stop nobody whose unit has none of them. They are
 * printed, and stand in `errors` (initialised by this; finish it in either case, as p). 0; 2: there is no project, or
 * nothing in it that could be read.
 */
int command_load_boards(const struct cli *cli, struct project *p, struct err_list *errors);

#endif
