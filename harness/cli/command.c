#include "cli/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/cancel.h"

/* Sorted by name. */
static const struct command *const commands[] = {
	&command_build, &command_check, &command_doctor, &command_inspect, &command_list, &command_report, &command_run,
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static int by_name(const void *name, const void *command)
{
	return strcmp(name, (*(const struct command *const *)command)->name);
}

const struct command *command_find(const char *name)
{
	const struct command *const *c = bsearch(name, commands, COMMANDS, sizeof commands[0], by_name);

	return c ? *c : NULL;
}

void command_print_all(void)
{
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  %-9s %s\n", commands[i]->name, commands[i]->about);
}

int command_usage_error(const struct command *c, const char *fmt, ...)
{
	va_list ap;

	fputs("runtest: error: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n  hint: `runtest %s --help` shows how it is used\n", c->name);
	return 2;
}

int command_error(const struct err *e)
{
	fputs("runtest: ", stderr);
	err_print(stderr, e);
	return e->kind == ERR_CANCELLED && cancel_requested() ? cancel_exit_status() : err_exit_status(e);
}

/* The project's folder, from --project or upward from here. */
static char *find_root(const struct cli *cli, struct err *e)
{
	char *start = realpath(cli->project ? cli->project : ".", NULL), *root;

	if (!start) {
		err_sys(e, ERR_USAGE, "no such folder");
		err_at(e, cli->project ? cli->project : ".", 0, 0);
		return NULL;
	}
	root = project_find(start, e);
	free(start);
	return root;
}

int command_load_project(const struct cli *cli, struct project *p)
{
	struct err_list errors;
	struct err e;
	char *root;
	int status = 0;

	memset(p, 0, sizeof *p);
	root = find_root(cli, &e);
	if (!root)
		return command_error(&e);
	err_list_init(&errors);
	if (project_load(p, root, &errors) < 0) {
		err_list_print(stderr, &errors);
		fprintf(stderr, "runtest: %zu mistake%s in the project's files; nothing was run\n", errors.count,
			errors.count == 1 ? "" : "s");
		status = 2;
	}
	err_list_finish(&errors);
	free(root);
	return status;
}
