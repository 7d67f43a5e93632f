#include "cli/unitstats.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "health/journals.h"
#include "health/stats.h"
#include "util/grid.h"
#include "util/text.h"
#include "util/units.h"

/* ---- for people ---- */

static void add_share(struct grid *g, unsigned of, unsigned all)
{
	if (all)
		grid_printf(g, "%u of %u (%.1f %%)", of, all, 100.0 * of / all);
	else
		grid_add(g, "-");
}

static void add_time(struct grid *g, const struct stats_time *t)
{
	char median[24], p95[24];

	if (t->count)
		grid_printf(g, "%s, %s", units_duration_text(t->median, median), units_duration_text(t->p95, p95));
	else
		grid_add(g, "-");
}

/* Its beginning: the run's report has the rest. */
static void add_why(struct grid *g, const char *why)
{
	enum { COLUMNS = 60 };
	struct buf text = {0};

	text_add_shortened(&text, why ? why : "-", COLUMNS);
	grid_add(g, text.data);
	buf_finish(&text);
}

static void add_row(struct grid *g, const struct unit_stats *u)
{
	grid_add(g, u->unit);
	grid_add(g, u->board ? u->board : "-");
	grid_printf(g, "%u", u->sessions);
	add_share(g, u->booted, u->powered);
	add_time(g, &u->prompt);
	add_time(g, &u->image);
	add_share(g, u->infra, u->sessions);
	add_why(g, u->infra_why);
}

static void print(const struct grid *g)
{
	struct buf out = {0};

	if (g->count > g->columns)
		grid_print(g, "", &out);
	else
		buf_adds(&out, "no session of an earlier run had such a board\n");
	fwrite(out.data, 1, out.len, stdout);
	buf_finish(&out);
}

/* ---- for machines ---- */

static void set_text(json_t *o, const char *key, const char *text)
{
	struct buf b = {0};

	if (text)
		text_add_utf8(&b, text, strlen(text));
	json_object_set_new(o, key, text ? json_stringn(b.data ? b.data : "", b.len) : json_null());
	buf_finish(&b);
}

static json_t *time_json(const struct stats_time *t)
{
	json_t *o = json_object();

	json_object_set_new(o, "count", json_integer(t->count));
	json_object_set_new(o, "median", t->count ? json_integer(t->median) : json_null());
	json_object_set_new(o, "p95", t->count ? json_integer(t->p95) : json_null());
	return o;
}

static json_t *unit_json(const struct unit_stats *u)
{
	json_t *o = json_object();

	set_text(o, "unit", u->unit);
	set_text(o, "board", u->board);
	set_text(o, "since", u->since);
	set_text(o, "until", u->until);
	json_object_set_new(o, "sessions", json_integer(u->sessions));
	json_object_set_new(o, "infra", json_integer(u->infra));
	json_object_set_new(o, "powered", json_integer(u->powered));
	json_object_set_new(o, "booted", json_integer(u->booted));
	json_object_set_new(o, "prompt_ms", time_json(&u->prompt));
	json_object_set_new(o, "image_ms", time_json(&u->image));
	set_text(o, "infra_why", u->infra_why);
	return o;
}

static void print_json(json_t *units)
{
	json_t *root = json_object();

	json_object_set(root, "units", units);
	json_dumpf(root, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(root);
}

/* ---- which ---- */

static bool is_wanted(const struct unit_stats_request *q, const char *unit)
{
	for (size_t i = 0; i < q->unit_count; i++)
		if (strcmp(q->units[i], unit) == 0)
			return true;
	return !q->unit_count;
}

static void show(const struct unit_stats_request *q, struct stats *s)
{
	size_t count;
	const struct unit_stats *units = stats_units(s, (unsigned)q->last, &count);
	json_t *list = json_array();
	struct grid g;

	grid_init(&g, "llrrrrrl");
	grid_add_all(&g, (const char *const[]){"UNIT", "BOARD", "SESSIONS", "BOOTED", "TO U-BOOT", "TO THE IMAGE", "INFRA", "THE LAST ONE",
					       NULL});
	for (size_t i = 0; i < count; i++) {
		if (!is_wanted(q, units[i].unit))
			continue;
		add_row(&g, &units[i]);
		json_array_append_new(list, unit_json(&units[i]));
	}
	if (q->json)
		print_json(list);
	else
		print(&g);
	json_decref(list);
	grid_finish(&g);
}

/* ---- from where ---- */

static void take(void *ctx, const struct session_result *r)
{
	stats_add(ctx, r);
}

static int collect(const struct cli *cli, const struct unit_stats_request *q, struct stats *s, struct err *e)
{
	char *root = q->results ? NULL : command_project_root(cli, e), *runs, *checks;
	int rc;

	if (!q->results && !root)
		return -1;
	runs = root ? xasprintf("%s/results", root) : xstrdup(q->results);
	checks = xasprintf("%s/health", runs);
	rc = journals_each(runs, take, s, e);
	if (rc == 0)
		rc = journals_each(checks, take, s, e);
	free(checks);
	free(runs);
	free(root);
	return rc;
}

int unit_stats_show(const struct cli *cli, const struct unit_stats_request *q)
{
	struct stats *s = stats_create();
	struct err e;
	int status = 0;

	if (collect(cli, q, s, &e) < 0)
		status = command_error(&e);
	else
		show(q, s);
	stats_destroy(s);
	return status;
}
