/* What became of each scenario over time: all of them, and one with its figures. */
#include <stdlib.h>
#include <string.h>

#include "history/trend.h"
#include "serve/answer.h"
#include "serve/chart.h"
#include "serve/markup.h"
#include "serve/page.h"
#include "serve/past.h"

enum { RUNS_SMALL = 30, RUNS_LARGE = 60, SCENARIOS_MAX = 200 };

static void add_run_link(struct buf *out, const char *run)
{
	buf_adds(out, "<a href=\"/runs/");
	markup_segment(out, run);
	buf_adds(out, "/\">");
	markup_text(out, run);
	buf_adds(out, "</a>");
}

/* ---- all scenarios ---- */

static int add_scenario(struct buf *out, struct history *h, const char *name, struct err *e)
{
	struct trend_request q = {.scenario = name, .limit = RUNS_SMALL};
	struct chart_sum last = {0};
	struct trend t;
	int rc = trend_find(h, &q, &t, e);

	if (rc == 0 && t.count) {
		last = chart_sum(&t.rows[t.count - 1]);
		buf_adds(out, "<tr data-find><th scope=\"row\"><a href=\"/trends/");
		markup_segment(out, name);
		buf_adds(out, "\">");
		markup_text(out, name);
		buf_adds(out, "</a></th><td>");
		markup_verdict(out, last.bad ? VERDICT_FAIL : VERDICT_PASS, last.bad ? "not ok" : "ok");
		buf_printf(out, "</td><td class=\"num\">%d of %d</td><td>", last.good, last.good + last.bad);
		chart_add(out, &t, false);
		buf_adds(out, "</td></tr>\n");
	}
	trend_finish(&t);
	return rc;
}

static int add_scenarios(struct buf *out, struct history *h, struct arena *arena, struct err *e)
{
	const char *const *names;
	size_t count;
	int rc = trend_scenarios(h, arena, &names, &count, e);

	buf_printf(out, "<h1>Trends</h1>\n<section class=\"card\"><div class=\"filters\" data-keep><label class=\"unseen\" for=\"find\">Find scenarios</label>"
			"<input id=\"find\" type=\"search\" placeholder=\"Find scenarios\" data-finds=\"scenarios\"><span id=\"found\" class=\"soft\" "
			"role=\"status\"></span></div><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table of scenarios\">"
			"<table id=\"scenarios\"><thead><tr><th scope=\"col\">Scenario</th><th scope=\"col\">Newest run</th>"
			"<th scope=\"col\" class=\"num\">As demanded</th><th scope=\"col\">The last %d runs that had it</th></tr></thead><tbody>\n", RUNS_SMALL);
	for (size_t i = 0; rc == 0 && i < count && i < SCENARIOS_MAX; i++)
		rc = add_scenario(out, h, names[i], e);
	buf_adds(out, "</tbody></table></div></section>\n");
	return rc;
}

static void page_all(const struct source *s, struct history *h, struct answer *a)
{
	struct arena arena;
	struct err e;

	arena_init(&arena);
	page_begin(&a->body, s, TAB_TRENDS, "Trends", false);
	if (add_scenarios(&a->body, h, &arena, &e) < 0)
		answer_error(a, &e, false);
	else
		page_end(&a->body);
	arena_finish(&arena);
}

/* ---- one ---- */

static void add_row(struct buf *out, const struct trend_row *r)
{
	struct chart_sum sum = chart_sum(r);
	char when[HISTORY_WHEN];

	buf_adds(out, "<tr><th scope=\"row\" class=\"nowrap\">");
	add_run_link(out, r->run.run);
	buf_adds(out, "</th><td class=\"nowrap\">");
	markup_printf(out, "%s UTC", history_when(r->run.started_ms, when));
	buf_printf(out, "</td><td class=\"num\">%d</td><td>", sum.good);
	for (int v = VERDICT_PASS; v < VERDICT_COUNT; v++)
		if (r->count[v] && !verdict_is_ok((enum verdict)v)) {
			char text[48];

			snprintf(text, sizeof text, "%d %s", r->count[v], verdict_name((enum verdict)v));
			markup_verdict(out, (enum verdict)v, text);
			buf_addc(out, ' ');
		}
	if (r->retried)
		buf_printf(out, "%d retried", r->retried);
	buf_printf(out, "</td><td class=\"num\">%d</td><td class=\"num\">", r->images);
	if (r->boot_us > 0)
		buf_printf(out, "%.1f ms", r->boot_us / 1000);
	buf_adds(out, "</td><td class=\"num\">");
	if (r->ratio > 0)
		buf_printf(out, "%+.0f %%", (r->ratio - 1) * 100);
	buf_adds(out, "</td></tr>\n");
}

static void page_one(const struct source *s, const struct trend *t, const char *scenario, struct answer *a)
{
	struct buf *out = &a->body;

	page_begin(out, s, TAB_TRENDS, scenario, false);
	buf_adds(out, "<h1>");
	markup_text(out, scenario);
	buf_printf(out, "</h1>\n<section class=\"card\"><h2>The last %zu runs that had it<span class=\"count\">%zu different sessions</span></h2>"
			"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Charts\">", t->count, t->sessions);
	chart_add(out, t, true);
	buf_adds(out, "</div><p class=\"legend\"><span><i class=\"good\"></i>as demanded</span><span><i class=\"bad\"></i>not as demanded</span>"
		      "<span><i class=\"none\"></i>skipped or cancelled</span></p></section>\n"
		      "<section class=\"card\"><h2>Run by run</h2><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table of runs\"><table>"
		      "<thead><tr><th scope=\"col\">Run</th><th scope=\"col\">Begun</th><th scope=\"col\" class=\"num\">Ok</th>"
		      "<th scope=\"col\">Others</th><th scope=\"col\" class=\"num\">Images</th><th scope=\"col\" class=\"num\">Boot</th>"
		      "<th scope=\"col\" class=\"num\">Against before</th></tr></thead><tbody>\n");
	for (size_t i = t->count; i-- > 0;)
		add_row(out, &t->rows[i]);
	buf_adds(out, "</tbody></table></div></section>\n");
	page_end(out);
}

static int find(struct history *h, const struct target *t, const char *scenario, struct trend *trend, struct err *e)
{
	struct trend_request q = {.scenario = scenario, .limit = RUNS_LARGE, .variant = target_value(t, "variant"),
				  .board = target_value(t, "board"), .unit = target_value(t, "unit"), .config = target_value(t, "config")};
	int rc = trend_find(h, &q, trend, e);

	if (rc < 0 || trend->count)
		return rc;
	err_set(e, ERR_USAGE, "the history has no results of scenario %s", scenario);
	return trend->near ? err_hint(e, "did you mean %s?", trend->near) : -1;
}

/* segments: trends [SCENARIO] */
void page_trends(const struct source *s, const struct target *t, struct answer *a)
{
	struct history *h = past_open(s, a, false);
	struct trend trend = {0};
	struct err e;

	if (!h)
		return;
	if (t->count < 2) {
		page_all(s, h, a);
	} else {
		if (find(h, t, t->segments[1], &trend, &e) == 0)
			page_one(s, &trend, t->segments[1], a);
		else
			answer_error(a, &e, false);
		trend_finish(&trend);
	}
	history_close(h);
}

/* segments: api trends SCENARIO */
void api_trends(const struct source *s, const struct target *t, struct answer *a)
{
	struct history *h = past_open(s, a, true);
	struct trend trend = {0};
	struct err e;
	json_t *o;

	if (!h)
		return;
	if (find(h, t, t->segments[2], &trend, &e) == 0) {
		o = trend_json(&trend);
		answer_json(a, o);
		json_decref(o);
	} else {
		answer_error(a, &e, true);
	}
	trend_finish(&trend);
	history_close(h);
}
