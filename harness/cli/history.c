/* `runtest history`: what became of a scenario over time; and how runs get into the history. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/histories.h"
#include "result/journal.h"
#include "util/file.h"

struct request {
	struct history_place place;
	bool import;
	char **rest;
	int rest_count;
};

/* ---- importing ---- */

static void tell_odd(const struct err *e)
{
	fputs("runtest: warning: a run is left out: ", stderr);
	err_print(stderr, e);
}

/* A folder of runs, a run's folder, or RUN as every command takes it. */
static int import_one(struct history *h, const char *results, const char *what, struct history_imported *sum, struct err *e)
{
	char *probe = xasprintf("%s/run.json", what);
	bool folder = strchr(what, '/') && !file_exists(probe) && file_exists(what);
	char *dir = folder ? NULL : run_resolve(results, what, e);
	int rc = -1;

	if (folder)
		rc = history_import_folder(h, what, sum, tell_odd, e);
	else if (dir)
		rc = history_import_run(h, dir, sum, e);
	free(dir);
	free(probe);
	return rc;
}

static int import_all(struct history *h, const char *results, const struct request *q, struct history_imported *sum,
		      struct err *e)
{
	int rc = 0;

	if (!q->rest_count)
		return history_import_folder(h, results, sum, tell_odd, e);
	for (int i = 0; i < q->rest_count && rc == 0; i++)
		rc = import_one(h, results, q->rest[i], sum, e);
	return rc;
}

static int import(const struct cli *cli, const struct request *q)
{
	char *results = history_place_results(&q->place, cli);
	struct history_imported sum = {0};
	struct err e;
	struct history *h = history_open(q->place.database, results, true, &e);
	int rc = h ? import_all(h, results, q, &sum, &e) : -1;

	if (h)
		printf("%zu run%s with %zu session%s imported, %zu unchanged, into %s\n", sum.runs, sum.runs == 1 ? "" : "s",
		       sum.sessions, sum.sessions == 1 ? "" : "s", sum.unchanged, history_name(h));
	history_close(h);
	free(results);
	return rc < 0 ? command_error(&e) : 0;
}

/* ---- the command ---- */

static int parse(struct request *q, int argc, char **argv)
{
	static const struct option options[] = {HISTORY_PLACE_OPTIONS, {"import", no_argument, NULL, 'i'}, {0}};
	int option;

	while ((option = command_option(&command_history, argc, argv, ":", options)) != -1) {
		if (option == '?')
			return 2;
		if (!history_place_take(&q->place, option))
			q->import = true;
	}
	q->rest = argv + optind;
	q->rest_count = argc - optind;
	return 0;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct request q = {.import = false};
	int status = parse(&q, argc, argv);

	return status ? status : import(cli, &q);
}

const struct command command_history = {
	.name = "history",
	.synopsis = "history SCENARIO [OPTION...]\n       runtest history --import [RUN|FOLDER...]",
	.about = "what became of a scenario over time",
	.help = "  --import        bring runs into the history: the named ones, or all of the results' folder. What is there\n"
		"                  already is left alone, and a run that goes on is brought up to date\n"
		HISTORY_PLACE_HELP,
	.run = run,
};
