/* `runtest history`: what became of a scenario over time; and how runs get into the history. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/histories.h"
#include "history/trend.h"
#include "result/journal.h"
#include "util/file.h"
#include "util/grid.h"

struct request {
	struct history_place place;
	bool import, json;
	struct trend_request want;
	long limit;
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

/* ---- a scenario over time ---- */

enum { LIMIT = 20, LIMIT_MOST = 100000 };

/* "+12 %" */
static void add_trend(struct grid *g, const struct trend_row *r)
{
	if (r->ratio > 0)
		grid_printf(g, "%+.0f %%", (r->ratio - 1) * 100);
	else
		grid_add(g, "-");
}

static void add_boot(struct grid *g, const struct trend_row *r)
{
	if (r->boot_us > 0)
		grid_printf(g, "%.1f ms", r->boot_us / 1000);
	else
		grid_add(g, "-");
}

/* "fail 2, infra 1": all that did not come out as demanded. */
static void add_others(struct grid *g, const struct trend_row *r)
{
	struct buf b;

	buf_init(&b);
	for (int v = VERDICT_NONE; v < VERDICT_COUNT; v++)
		if (r->count[v] && !verdict_is_ok((enum verdict)v))
			buf_printf(&b, "%s%s %d", b.len ? ", " : "", verdict_name((enum verdict)v), r->count[v]);
	if (r->retried)
		buf_printf(&b, "%s%d retried", b.len ? ", " : "", r->retried);
	grid_add(g, b.len ? b.data : "-");
	buf_finish(&b);
}

static void print_trend(const struct trend *t)
{
	struct grid g;
	struct buf out;

	buf_init(&out);
	grid_init(&g, "llrlrrr");
	grid_add_all(&g, (const char *const[]){"BEGUN (UTC)", "RUN", "OK", "OTHERS", "IMAGES", "BOOT", "TREND", NULL});
	for (size_t i = 0; i < t->count; i++) {
		const struct trend_row *r = &t->rows[i];
		char when[HISTORY_WHEN];

		grid_add(&g, history_when(r->run.started_ms, when));
		grid_add(&g, r->run.run);
		grid_printf(&g, "%d", r->count[VERDICT_PASS] + r->count[VERDICT_EXPECTED_FAIL]);
		add_others(&g, r);
		grid_printf(&g, "%d", r->images);
		add_boot(&g, r);
		add_trend(&g, r);
	}
	grid_print(&g, "", &out);
	fwrite(out.data, 1, out.len, stdout);
	grid_finish(&g);
	buf_finish(&out);
}

static void print_trend_json(const struct trend *t)
{
	json_t *o = trend_json(t);
	char *text = json_dumps(o, JSON_INDENT(1));

	puts(text);
	free(text);
	json_decref(o);
}

static int refuse_nothing(const struct request *q, const struct trend *t, struct err *e)
{
	err_set(e, ERR_USAGE, "the history has no results of scenario %s%s", q->want.scenario,
		t->near || !(q->want.variant || q->want.board || q->want.unit || q->want.since) ? "" : " like that");
	return t->near ? err_hint(e, "did you mean %s?", t->near)
		       : err_hint(e, "`runtest list scenarios` shows what can be run; `runtest history --import` brings in "
				     "what is in the results' folder");
}

static int show(const struct cli *cli, struct request *q)
{
	struct err e;
	struct history *h = history_place_open(&q->place, cli, false, &e);
	struct trend t;
	int rc = -1;

	if (h) {
		q->want.limit = (int)q->limit;
		rc = trend_find(h, &q->want, &t, &e);
		if (rc == 0 && !t.count)
			rc = refuse_nothing(q, &t, &e);
		if (rc == 0)
			(q->json ? print_trend_json : print_trend)(&t);
		trend_finish(&t);
	}
	if (rc == 0 && fflush(stdout) != 0)
		rc = err_sys(&e, ERR_IO, "cannot write to the standard output");
	history_close(h);
	return rc < 0 ? command_error(&e) : 0;
}

/* ---- the command ---- */

static int take(struct request *q, int option)
{
	switch (option) {
	case 'i':
		q->import = true;
		return 0;
	case 'j':
		q->json = true;
		return 0;
	case 'v':
		q->want.variant = optarg;
		return 0;
	case 'b':
		q->want.board = optarg;
		return 0;
	case 'u':
		q->want.unit = optarg;
		return 0;
	case 'c':
		q->want.config = optarg;
		return 0;
	case 's':
		q->want.since = optarg;
		return 0;
	case 'l':
		return command_count(&command_history, "--limit", optarg, LIMIT_MOST, &q->limit);
	default:
		return history_place_take(&q->place, option) ? 0 : 2;
	}
}

static int parse(struct request *q, int argc, char **argv)
{
	static const struct option options[] = {
		HISTORY_PLACE_OPTIONS,
		{"import", no_argument, NULL, 'i'},       {"json", no_argument, NULL, 'j'},
		{"variant", required_argument, NULL, 'v'}, {"board", required_argument, NULL, 'b'},
		{"unit", required_argument, NULL, 'u'},    {"config", required_argument, NULL, 'c'},
		{"since", required_argument, NULL, 's'},   {"limit", required_argument, NULL, 'l'},
		{0}};
	int option, status = 0;

	while (!status && (option = command_option(&command_history, argc, argv, ":", options)) != -1)
		status = take(q, option);
	q->rest = argv + optind;
	q->rest_count = argc - optind;
	if (status || q->import)
		return status;
	if (q->rest_count != 1)
		return command_usage_error(&command_history, q->rest_count ? "one scenario at a time, not \"%s\" as well"
									   : "of which scenario?", q->rest[q->rest_count > 1]);
	q->want.scenario = q->rest[0];
	return 0;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct request q = {.limit = LIMIT};
	int status = parse(&q, argc, argv);

	if (status)
		return status;
	return q.import ? import(cli, &q) : show(cli, &q);
}

const struct command command_history = {
	.name = "history",
	.synopsis = "history SCENARIO [OPTION...]\n       runtest history --import [RUN|FOLDER...]",
	.about = "what became of a scenario over time",
	.help = "One line for each run that had the scenario, the newest last: how many sessions were as demanded, what the\n"
		"others came to, how many different images were booted, how long a boot took (the median from power-on to\n"
		"the verdict), and how that compares with what the same sessions took before.\n"
		"\n"
		"  --variant, --board, --unit, --config GLOB\n"
		"                  only such sessions; a board is a kind\n"
		"  --since RUN     only this run and later ones\n"
		"  --limit N       the newest N runs (20)\n"
		"  --json          the same as one JSON object\n"
		"  --import        bring runs into the history: the named ones, or all of the results' folder. What is there\n"
		"                  already is left alone, and a run that goes on is brought up to date\n"
		HISTORY_PLACE_HELP,
	.run = run,
};
