/* Sessions that got worse: what they come to now, since which run, which was the last good one, and the commit that did it. */
#include <stdlib.h>
#include <string.h>

#include "history/worse.h"
#include "serve/answer.h"
#include "serve/bisected.h"
#include "serve/markup.h"
#include "serve/page.h"
#include "serve/past.h"
#include "serve/summary.h"

/* So many rows a browser shows at once; the API has all. COMMIT_SHOWN: as git shortens them. */
enum { ROWS_MAX = 1000, COMMIT_SHOWN = 12 };

struct regressed {
	struct worse_list list;
	const struct bisected *found;
	size_t found_count;
};

/* ---- a row ---- */

/* The history knows runs longer than their folders are kept. */
static bool is_kept(const struct source *s, const char *run)
{
	struct err e;
	char *dir = summary_run_folder(s, run, &e);
	bool kept = dir;

	free(dir);
	return kept;
}

/* The run, at that session's place in its report. */
static void add_run(struct buf *out, const struct source *s, const struct history_run *r, const char *session, int repeat)
{
	bool kept = is_kept(s, r->run);
	char when[HISTORY_WHEN];

	buf_adds(out, "<span class=\"nowrap\">");
	if (kept) {
		buf_adds(out, "<a href=\"/runs/");
		markup_segment(out, r->run);
		buf_adds(out, "/#s/");
		markup_segment(out, session);
		buf_printf(out, ".%d\">", repeat);
	}
	markup_text(out, r->run);
	buf_adds(out, kept ? "</a></span><br><span class=\"soft nowrap\">" : "</span><br><span class=\"soft nowrap\">");
	markup_printf(out, "%s UTC", history_when(r->started_ms, when));
	buf_adds(out, "</span>");
}

static void add_session(struct buf *out, const struct source *s, const struct worse_session *w)
{
	bool kept = is_kept(s, w->now.run);

	if (kept) {
		buf_adds(out, "<a href=\"/live/");
		markup_segment(out, w->now.run);
		buf_addc(out, '/');
		markup_segment(out, w->session);
		buf_printf(out, ".%d\">", w->repeat);
	}
	markup_name(out, w->session);
	buf_adds(out, kept ? "</a>" : "");
}

static void add_now(struct buf *out, const struct worse_session *w)
{
	markup_verdict(out, w->verdict, NULL);
	buf_addc(out, ' ');
	if (w->cause) {
		buf_adds(out, "<span class=\"cause\">");
		markup_text(out, cause_name(w->cause));
		buf_adds(out, "</span> ");
	}
	markup_text(out, w->why);
	if (*w->quarantine) {
		buf_adds(out, " <span class=\"soft\">in quarantine: ");
		markup_text(out, w->quarantine);
		buf_adds(out, "</span>");
	}
}

static void add_commit(struct buf *out, const char *commit)
{
	buf_adds(out, "<code>");
	markup_printf(out, "%.*s", COMMIT_SHOWN, commit);
	buf_adds(out, "</code>");
}

static void add_culprit(struct buf *out, const struct bisected *b)
{
	if (!b) {
		buf_adds(out, "<span class=\"soft\">not looked for</span>");
		return;
	}
	if (b->culprit) {
		add_commit(out, b->culprit);
		buf_addc(out, ' ');
		markup_text(out, b->subject);
	} else {
		buf_adds(out, "after ");
		add_commit(out, b->good);
		buf_adds(out, ", at the latest in ");
		add_commit(out, b->bad);
	}
	buf_adds(out, " <a class=\"nowrap\" href=\"/runs/");
	markup_segment(out, b->name);
	buf_adds(out, "/bisect.json\">bisection</a>");
}

static void add_row(struct buf *out, const struct source *s, const struct regressed *r, const struct worse_session *w)
{
	buf_adds(out, "<tr data-find><th scope=\"row\">");
	add_session(out, s, w);
	buf_adds(out, "</th><td>");
	add_now(out, w);
	buf_adds(out, "</td><td>");
	add_run(out, s, &w->since, w->session, w->since_repeat);
	buf_printf(out, "<br><span class=\"soft\">%d run%s%s</span></td><td>", w->runs, w->runs == 1 ? "" : "s",
		   w->other_image ? ", another image" : ", the same image");
	add_run(out, s, &w->good, w->session, w->good_repeat);
	buf_adds(out, "</td><td>");
	add_culprit(out, bisected_find(r->found, r->found_count, w->session, w->since.started_ms));
	buf_adds(out, "</td></tr>\n");
}

/* ---- the page ---- */

static void add_table(struct buf *out, const struct source *s, const struct regressed *r)
{
	const struct worse_list *l = &r->list;

	buf_adds(out, "<section class=\"card\"><div class=\"filters\" data-keep><label class=\"unseen\" for=\"find\">Find sessions</label>"
		      "<input id=\"find\" type=\"search\" placeholder=\"Find sessions\" data-finds=\"worse\"><span id=\"found\" class=\"soft\" "
		      "role=\"status\"></span></div><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table of sessions that got worse\">"
		      "<table id=\"worse\"><thead><tr><th scope=\"col\">Session</th><th scope=\"col\">Comes to</th><th scope=\"col\">Since</th>"
		      "<th scope=\"col\">Last good</th><th scope=\"col\">Culprit</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < l->count && i < ROWS_MAX; i++)
		add_row(out, s, r, &l->items[i]);
	buf_adds(out, "</tbody></table></div>");
	if (l->count > ROWS_MAX)
		buf_printf(out, "<p class=\"soft\">%zu more are in <a href=\"/api/regressions\">the list for programs</a>.</p>", l->count - ROWS_MAX);
	buf_adds(out, "<p class=\"soft\">Which commit did it: <code>runtest bisect --good REV --bad REV --variant NAME SCENARIO</code>. What it "
		      "finds stands here, when it began after the run in which it got worse.</p></section>\n");
}

static void add_head(struct buf *out, const struct worse_list *l)
{
	char from[HISTORY_WHEN], to[HISTORY_WHEN];

	buf_printf(out, "<section class=\"card answer %s\"><h1>", l->count > l->excused ? "bad" : l->count ? "odd" : "good");
	buf_printf(out, l->count == 1 ? "1 session got worse" : l->count ? "%zu sessions got worse" : "No session got worse", l->count);
	if (l->excused)
		buf_printf(out, ", %zu in quarantine", l->excused);
	buf_adds(out, "</h1><p class=\"lead\">");
	if (l->to.run)
		markup_printf(out, "Of %zu sessions in %zu run%s, from %s to %s UTC.", l->sessions, l->runs, l->runs == 1 ? "" : "s",
			      history_when(l->from.started_ms, from), history_when(l->to.started_ms, to));
	else
		buf_adds(out, "There are no runs yet.");
	if (l->never_good)
		buf_printf(out, " %zu more %s not as demanded in any of them.", l->never_good, l->never_good == 1 ? "was" : "were");
	buf_adds(out, "</p><p class=\"soft\">A session got worse when it is not as demanded in the newest run that says anything of it, and was in "
		      "an earlier one. The newest changes are first.</p></section>\n");
}

static int find(const struct source *s, struct history *h, struct regressed *r, struct arena *a, struct err *e)
{
	r->found = bisected_all(s->results, &r->found_count, a);
	return worse_find(h, &r->list, e);
}

void page_regressions(const struct source *s, const struct target *t, struct answer *a)
{
	struct history *h = past_open(s, a, false);
	struct arena arena;
	struct regressed r;
	struct err e;

	(void)t;
	if (!h)
		return;
	arena_init(&arena);
	if (find(s, h, &r, &arena, &e) == 0) {
		page_begin(&a->body, s, TAB_REGRESSIONS, "Regressions", false);
		add_head(&a->body, &r.list);
		if (r.list.count)
			add_table(&a->body, s, &r);
		page_end(&a->body);
	} else {
		answer_error(a, &e, false);
	}
	worse_finish(&r.list);
	arena_finish(&arena);
	history_close(h);
}

/* ---- as JSON ---- */

static json_t *list_object(const struct regressed *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->list.count; i++) {
		const struct worse_session *w = &r->list.items[i];
		const struct bisected *b = bisected_find(r->found, r->found_count, w->session, w->since.started_ms);
		json_t *o = worse_json(w);

		if (b)
			json_object_set_new(o, "bisection", json_pack("{s:s, s:s, s:s, s:s?, s:s}", "name", b->name, "good", b->good, "bad", b->bad,
								      "culprit", b->culprit, "subject", b->subject));
		json_array_append_new(list, o);
	}
	return json_pack("{s:i, s:I, s:I, s:o}", "schema", 1, "sessions", (json_int_t)r->list.sessions, "never_good",
			 (json_int_t)r->list.never_good, "regressions", list);
}

void api_regressions(const struct source *s, const struct target *t, struct answer *a)
{
	struct history *h = past_open(s, a, true);
	struct arena arena;
	struct regressed r;
	struct err e;
	json_t *o;

	(void)t;
	if (!h)
		return;
	arena_init(&arena);
	if (find(s, h, &r, &arena, &e) == 0) {
		o = list_object(&r);
		answer_json(a, o);
		json_decref(o);
	} else {
		answer_error(a, &e, true);
	}
	worse_finish(&r.list);
	arena_finish(&arena);
	history_close(h);
}
