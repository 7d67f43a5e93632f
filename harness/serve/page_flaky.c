/* Sessions that come out one way and another on the same image. */
#include <stdlib.h>

#include "history/flaky.h"
#include "serve/answer.h"
#include "serve/markup.h"
#include "serve/page.h"
#include "serve/past.h"

static void add_row(struct buf *out, const struct flaky_session *f)
{
	buf_adds(out, "<tr data-find><th scope=\"row\">");
	markup_text(out, f->session);
	buf_printf(out, "</th><td class=\"num\">%.1f %%</td><td class=\"num\">%.1f to %.1f %%</td><td class=\"num\">%d</td><td class=\"num\">%d</td>"
			"<td class=\"num\">%d</td><td class=\"num\">%d</td><td class=\"nowrap\"><a href=\"/runs/",
		   f->rate.mid * 100, f->rate.low * 100, f->rate.high * 100, f->good, f->bad, f->retried, f->images);
	markup_segment(out, f->last_run);
	buf_adds(out, "/\">");
	markup_text(out, f->last_run);
	buf_adds(out, "</a></td></tr>\n");
}

static void add_table(struct buf *out, const struct flaky_list *l)
{
	buf_adds(out, "<section class=\"card\"><div class=\"filters\" data-keep><label class=\"unseen\" for=\"find\">Find sessions</label>"
		      "<input id=\"find\" type=\"search\" placeholder=\"Find sessions\" data-finds=\"flaky\"><span id=\"found\" class=\"soft\" "
		      "role=\"status\"></span></div><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table of flaky sessions\">"
		      "<table id=\"flaky\"><thead><tr><th scope=\"col\">Session</th><th scope=\"col\" class=\"num\">Not ok</th>"
		      "<th scope=\"col\" class=\"num\">95 % certain</th><th scope=\"col\" class=\"num\">Good</th><th scope=\"col\" class=\"num\">Bad</th>"
		      "<th scope=\"col\" class=\"num\">Retried</th><th scope=\"col\" class=\"num\">Images</th><th scope=\"col\">Last seen in</th>"
		      "</tr></thead><tbody>\n");
	for (size_t i = 0; i < l->count; i++)
		add_row(out, &l->items[i]);
	buf_adds(out, "</tbody></table></div></section>\n");
}

static void add_page(struct buf *out, const struct source *s, const struct flaky_list *l)
{
	char from[HISTORY_WHEN], to[HISTORY_WHEN];

	page_begin(out, s, TAB_FLAKY, "Flaky", false);
	buf_printf(out, "<section class=\"card answer %s\"><h1>", l->count ? "odd" : "good");
	buf_printf(out, l->count == 1 ? "1 session is flaky" : l->count ? "%zu sessions are flaky" : "Nothing is flaky", l->count);
	buf_adds(out, "</h1><p class=\"lead\">");
	if (l->to.run)
		markup_printf(out, "Of %zu sessions with %zu results, from %s to %s UTC.", l->sessions, l->results,
			      history_when(l->from.started_ms, from), history_when(l->to.started_ms, to));
	else
		buf_adds(out, "There are no runs yet.");
	buf_adds(out, "</p><p class=\"soft\">A session is flaky when it came out one way and another with the same image, the same parameters "
		      "and the same demand, or passed only on a retry. The worst are first: those whose rate is high for certain.</p>"
		      "</section>\n");
	if (l->count)
		add_table(out, l);
	page_end(out);
}

void page_flaky(const struct source *s, const struct target *t, struct answer *a)
{
	struct history *h = past_open(s, a, false);
	struct flaky_list l;
	struct err e;

	if (!h)
		return;
	if (flaky_find(h, target_value(t, "since"), &l, &e) == 0)
		add_page(&a->body, s, &l);
	else
		answer_error(a, &e, false);
	flaky_finish(&l);
	history_close(h);
}

void api_flaky(const struct source *s, const struct target *t, struct answer *a)
{
	struct history *h = past_open(s, a, true);
	struct flaky_list l;
	struct err e;
	json_t *o;

	if (!h)
		return;
	if (flaky_find(h, target_value(t, "since"), &l, &e) == 0) {
		o = flaky_json(&l);
		answer_json(a, o);
		json_decref(o);
	} else {
		answer_error(a, &e, true);
	}
	flaky_finish(&l);
	history_close(h);
}
