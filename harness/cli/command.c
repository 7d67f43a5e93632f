#include "cli/command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/cancel.h"
#include "util/mem.h"
#include "util/text.h"
#include "util/units.h"

/* Sorted by name. */
static const struct command *const commands[] = {
	&command_ab, &command_attach, &command_bisect, &command_build, &command_cancel, &command_check,
	&command_compare, &command_completion, &command_console, &command_culprit, &command_doctor, &command_farm,
	&command_flaky, &command_gc, &command_health, &command_history, &command_init, &command_inspect,
	&command_lab, &command_list, &command_load, &command_man, &command_map, &command_nightly, &command_power,
	&command_regressions, &command_release, &command_replay, &command_report, &command_reserve, &command_run,
	&command_serve, &command_submit, &command_who,
};

enum { COMMANDS = sizeof commands / sizeof commands[0], OPTION_COLOUR = 0x4000 /* no other option's value */ };

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(name, commands[i]->name) == 0)
			return commands[i];
	return NULL;
}

const struct command *command_at(size_t i)
{
	return i < COMMANDS ? commands[i] : NULL;
}

void command_add_all(struct buf *out)
{
	for (size_t i = 0; i < COMMANDS; i++)
		buf_printf(out, "  %-12s %s\n", commands[i]->name, commands[i]->about);
}

int command_error(const struct err *e)
{
	fputs("runtest: ", stderr);
	err_print(stderr, e);
	return e->kind == ERR_CANCELLED && cancel_requested() ? cancel_exit_status() : err_exit_status(e);
}

int command_usage_error(const struct command *c, const char *fmt, ...)
{
	struct err e;
	va_list ap;
	char *what;

	va_start(ap, fmt);
	what = xvasprintf(fmt, ap);
	va_end(ap);
	err_set(&e, ERR_USAGE, "%s", what);
	free(what);
	err_hint(&e, "`runtest%s%s --help` shows how it is used", c ? " " : "", c ? c->name : "");
	return command_error(&e);
}

/* "--force=yes": getopt_long() says no more of it than that --force is to blame. */
static bool has_value_too_many(const struct option *options, const char *word)
{
	const char *equals = strchr(word, '=');

	for (; equals && options->name; options++)
		if (options->val == optopt && strncmp(word, "--", 2) == 0 &&
		    strncmp(word + 2, options->name, (size_t)(equals - word - 2)) == 0)
			return true;
	return false;
}

/* Its own, and --color, which all commands have. */
static struct option *with_colour(const struct option *options)
{
	size_t count = 0;
	struct option *all;

	while (options && options[count].name)
		count++;
	all = xcalloc(count + 2, sizeof *all);
	if (count)
		memcpy(all, options, count * sizeof *all);
	all[count] = (struct option){"color", required_argument, NULL, OPTION_COLOUR};
	return all;
}

static void report_option(const struct command *c, int option, const struct option *options, const char *word)
{
	if (option == ':')
		command_usage_error(c, "%s needs a value", word);
	else if (has_value_too_many(options, word))
		command_usage_error(c, "%s: this option takes no value", word);
	else if (optopt)
		command_usage_error(c, "there is no option -%c", optopt);
	else
		command_usage_error(c, "there is no option %s", word);
}

int command_option(const struct command *c, int argc, char **argv, const char *letters, const struct option *options)
{
	struct option *all = with_colour(options);
	int option;

	do
		option = getopt_long(argc, argv, letters, all, NULL);
	while (option == OPTION_COLOUR && command_set_colour(c, optarg) == 0);
	if (option == ':' || (option == '?'))
		report_option(c, option, all, argv[optind - 1]);
	free(all);
	return option == ':' || option == OPTION_COLOUR ? '?' : option;
}

int command_count(const struct command *c, const char *option, const char *text, long most, long *count)
{
	char *end;

	errno = 0;
	*count = strtol(text, &end, 10);
	if (errno || end == text || *end || *count < 1 || *count > most)
		return command_usage_error(c, "%s takes a whole number from 1 to %ld, not '%s'", option, most, text);
	return 0;
}

int command_wait(const struct command *c, const char *text, int64_t *wait_ms)
{
	if (units_duration_ms(text, wait_ms) == 0 && *wait_ms <= INT64_MAX / 2)
		return 0;
	return command_usage_error(c, "--wait takes a time such as 30s or 10m, not '%s'", text);
}

/* What was asked for holds for the whole program. */
static enum { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER } colour;

int command_set_colour(const struct command *c, const char *when)
{
	static const char *const names[] = {[COLOUR_AUTO] = "auto", [COLOUR_ALWAYS] = "always", [COLOUR_NEVER] = "never"};

	for (int i = COLOUR_AUTO; i <= COLOUR_NEVER; i++)
		if (strcmp(when, names[i]) == 0) {
			colour = i;
			return 0;
		}
	return command_usage_error(c, "--color takes auto, always or never, not '%s'", when);
}

bool command_colour_of(int fd)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");

	if (colour != COLOUR_AUTO)
		return colour == COLOUR_ALWAYS;
	return isatty(fd) && !(no_color && *no_color) && !(term && strcmp(term, "dumb") == 0);
}

bool command_colour(void)
{
	return command_colour_of(STDOUT_FILENO);
}

char *command_project_root(const struct cli *cli, struct err *e)
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

char *command_results_folder(const struct cli *cli, const char *given)
{
	char *root, *folder;

	if (given)
		return xstrdup(given);
	root = project_find(cli->project ? cli->project : ".", NULL);
	folder = root ? xasprintf("%s/results", root) : xstrdup("results");
	free(root);
	return folder;
}

/* Files of the project are called by their place in it: as one would type that from here. One too long stays as it is. */
static void place_in(struct err *e, const char *root)
{
	char *path = xasprintf("%s/%s", root, e->where);
	struct buf shown;

	buf_init(&shown);
	text_add_path(&shown, path);
	if (shown.len < sizeof e->where)
		memcpy(e->where, shown.data, shown.len + 1);
	buf_finish(&shown);
	free(path);
}

void command_print_mistakes(const struct err_list *errors, const char *root)
{
	for (size_t i = 0; i < errors->count; i++) {
		struct err e = errors->items[i];

		if (e.where[0] && e.where[0] != '/')
			place_in(&e, root);
		err_print(stderr, &e);
	}
}

int command_load_project(const struct cli *cli, struct project *p, bool mutants)
{
	struct err_list errors;
	struct err e;
	char *root;
	int status = 0;

	memset(p, 0, sizeof *p);
	root = command_project_root(cli, &e);
	if (!root)
		return command_error(&e);
	err_list_init(&errors);
	if (project_load(p, root, &errors) < 0 || project_load_lab(p, cli->lab, &errors) < 0 ||
	    (mutants && project_load_mutants(p, &errors) < 0)) {
		command_print_mistakes(&errors, root);
		fprintf(stderr, "runtest: %zu mistake%s in the project's files; nothing was run\n", errors.count,
			errors.count == 1 ? "" : "s");
		status = 2;
	}
	err_list_finish(&errors);
	free(root);
	return status;
}

int command_load_boards(const struct cli *cli, struct project *p, struct err_list *errors)
{
	struct err e;
	char *root;

	memset(p, 0, sizeof *p);
	err_list_init(errors);
	root = command_project_root(cli, &e);
	if (!root)
		return command_error(&e);
	project_load_boards(p, root, errors);
	project_load_lab(p, cli->lab, errors);
	command_print_mistakes(errors, root);
	free(root);
	if (errors->count)
		fprintf(stderr, "runtest: %zu mistake%s in the boards' files\n", errors->count, errors->count == 1 ? "" : "s");
	return p->unit_count || !errors->count ? 0 : 2;
}
