/* A run that goes on, or that one wants to see as a list: its sessions, the gravest first. */
#include <stdlib.h>
#include <string.h>

#include "result/journal.h"
#include "result/rows.h"
#include "serve/answer.h"
#include "serve/markup.h"
#include "serve/page.h"
#include "serve/running.h"
#include "serve/summary.h"
#include "util/text.h"

/* So many rows a browser lays out without keeping anybody waiting; the report has all. */
enum { ROWS_MAX = 500 };

static void add_session_link(struct buf *out, const char *run, const char *session, const char *text)
{
	buf_adds(out, "<a href=\"/live/");
	markup_segment(out, run);
	buf_addc(out, '/');
	markup_segment(out, session);
	buf_adds(out, "\">");
	markup_text(out, text);
	buf_adds(out, "</a>");
}

static void add_head(struct buf *out, const struct run_record *r, bool goes_on)
{
	struct run_totals t = run_totals(r);
	unsigned done = 0, bad = 0;

	for (size_t i = 0; i < r->plan_count; i++) {
		enum verdict v = r->sessions[i].verdict;

		done += v != VERDICT_NONE;
		bad += verdict_fails_run(v) && !session_is_excused(&r->sessions[i]);
	}
	buf_printf(out, "<section class=\"card answer %s\" data-part=\"head\"><h1><span>", bad ? "bad" : goes_on || !r->ended ? "none" : "good");
	markup_text(out, r->settings.run);
	buf_printf(out, "</span></h1><p class=\"lead\">%s%u of %zu session%s %s", goes_on ? "Going on: " : r->ended ? "" : "Cut short: ", done,
		   r->plan_count, r->plan_count == 1 ? "" : "s", r->plan_count == 1 ? "is done" : "are done");
	for (int v = VERDICT_PASS; v < VERDICT_CANCELLED; v++)
		if (t.count[v])
			buf_printf(out, " · %u %s", t.count[v], verdict_name((enum verdict)v));
	buf_printf(out, "</p><p><progress max=\"%zu\" value=\"%u\" aria-label=\"Sessions done\"></progress></p><p class=\"facts\"><span>",
		   r->plan_count ? r->plan_count : 1, done);
	markup_time(out, r->settings.started);
	buf_adds(out, "</span><span>since then ");
	markup_span(out, run_elapsed_ms(r));
	buf_adds(out, "</span><span><a href=\"report.html\">Report with all evidence</a></span></p></section>\n");
}

/* ---- what runs ---- */

static void add_running(struct buf *out, const struct source *s, const struct run_record *r)
{
	bool any = false;

	for (size_t i = 0; i < r->plan_count; i++) {
		const struct planned *p = &r->plan[i];

		if (!r->started[i] || r->sessions[i].verdict)
			continue;
		if (!any)
			buf_adds(out, "<section class=\"card\" data-part=\"running\"><h2>Running</h2><ul class=\"running\">");
		any = true;
		running_add(out, s, r->settings.run, p->name, p->unit);
	}
	if (any)
		buf_adds(out, "</ul></section>\n");
}

/* ---- what has ended ---- */

static int gravest_first(const void *a, const void *b)
{
	const struct session_result *x = *(const struct session_result *const *)a, *y = *(const struct session_result *const *)b;
	int d = verdict_gravity(y->verdict) - verdict_gravity(x->verdict);

	return d ? d : strcmp(y->started ? y->started : "", x->started ? x->started : ""); /* then the newest */
}

static void add_row(struct buf *out, const struct run_record *r, const struct session_result *s)
{
	buf_adds(out, "<tr data-find><td>");
	markup_verdict(out, s->verdict, NULL);
	buf_adds(out, "</td><th scope=\"row\">");
	add_session_link(out, r->settings.run, s->name, s->name);
	buf_adds(out, "</th><td>");
	markup_text(out, s->unit);
	buf_adds(out, "</td><td>");
	if (s->cause) {
		buf_adds(out, "<span class=\"cause\">");
		markup_text(out, cause_name(s->cause));
		buf_adds(out, "</span> ");
	}
	markup_text(out, s->why);
	buf_adds(out, "</td><td class=\"num\">");
	markup_span(out, s->attempts ? s->duration_ms : -1);
	buf_adds(out, "</td></tr>\n");
}

static void add_ended(struct buf *out, const struct run_record *r)
{
	const struct session_result **list = xcalloc(r->plan_count + 1, sizeof *list);
	size_t n = 0;

	for (size_t i = 0; i < r->plan_count; i++)
		if (r->sessions[i].verdict)
			list[n++] = &r->sessions[i];
	qsort(list, n, sizeof *list, gravest_first);
	buf_printf(out, "<section class=\"card\" data-part=\"ended\"><h2>Ended<span class=\"count\">%zu</span></h2>"
			"<div class=\"filters\" data-keep><label class=\"unseen\" for=\"find\">Find sessions</label><input id=\"find\" type=\"search\" "
			"placeholder=\"Find in sessions\" data-finds=\"sessions\"><span id=\"found\" class=\"soft\" role=\"status\"></span></div>"
			"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table of sessions\"><table id=\"sessions\"><thead><tr>"
			"<th scope=\"col\">Verdict</th><th scope=\"col\">Session</th><th scope=\"col\">Unit</th><th scope=\"col\">Why</th>"
			"<th scope=\"col\" class=\"num\">Took</th></tr></thead><tbody>\n", n);
	for (size_t i = 0; i < n && i < ROWS_MAX; i++)
		add_row(out, r, list[i]);
	buf_adds(out, "</tbody></table></div>");
	if (n > ROWS_MAX)
		buf_printf(out, "<p class=\"soft\">%zu more are in the <a href=\"report.html\">report</a>.</p>", n - ROWS_MAX);
	buf_adds(out, "</section>\n");
	free(list);
}

static void add_waiting(struct buf *out, const struct run_record *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->plan_count; i++)
		n += !r->started[i] && !r->sessions[i].verdict;
	if (n)
		buf_printf(out, "<p class=\"soft\" data-part=\"waiting\">%zu session%s not begun yet.</p>\n", n, n == 1 ? " has" : "s have");
}

/* segments: runs RUN live */
void page_run(const struct source *s, const struct target *t, struct answer *a)
{
	struct run_brief b = {0};
	struct err e;
	char *dir = summary_run_folder(s, t->segments[1], &e);
	bool goes_on = dir && summary_goes_on(dir);

	if (dir && run_brief_read(&b, dir, &e) == 0) {
		page_begin(&a->body, s, TAB_RUNS, b.r.settings.run, goes_on);
		add_head(&a->body, &b.r, goes_on);
		if (goes_on)
			add_running(&a->body, s, &b.r);
		add_ended(&a->body, &b.r);
		add_waiting(&a->body, &b.r);
		page_end(&a->body);
	} else {
		answer_error(a, &e, false);
	}
	run_brief_finish(&b);
	free(dir);
}
