/* The first page: what goes on, what the newest run came to, and the runs before. */
#include <stdlib.h>
#include <string.h>

#include "serve/answer.h"
#include "serve/markup.h"
#include "serve/page.h"
#include "serve/running.h"
#include "serve/summary.h"

enum { RUNS_A_PAGE = 50 };

static const struct state_look {
	const char *colour, *sign;
} looks[] = {[RUN_GOES_ON] = {"none", "▶"}, [RUN_OK] = {"good", "✓"}, [RUN_BAD] = {"bad", "✗"}, [RUN_CUT_SHORT] = {"odd", "⊘"},
	     [RUN_UNREADABLE] = {"odd", "!"}};

/* Failures first. */
static const enum verdict order[] = {VERDICT_FAIL, VERDICT_VACUOUS, VERDICT_TIMEOUT, VERDICT_INFRA, VERDICT_FLAKY, VERDICT_CANCELLED,
				     VERDICT_SKIPPED, VERDICT_EXPECTED_FAIL, VERDICT_PASS};

static void add_link(struct buf *out, const char *run, const char *text)
{
	buf_adds(out, "<a href=\"/runs/");
	markup_segment(out, run);
	buf_adds(out, "/\">");
	markup_text(out, text);
	buf_adds(out, "</a>");
}

static void add_counts(struct buf *out, const struct summary *m)
{
	bool any = false;

	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		char text[48];

		if (!m->count[order[i]])
			continue;
		snprintf(text, sizeof text, "%u %s", m->count[order[i]], verdict_name(order[i]));
		buf_adds(out, any ? " " : "");
		markup_verdict(out, order[i], text);
		any = true;
	}
	if (!any)
		buf_adds(out, "<span class=\"soft\">nothing yet</span>");
}

static void add_progress(struct buf *out, const struct summary *m)
{
	buf_printf(out, "<progress max=\"%u\" value=\"%u\" aria-label=\"Sessions done\">%u of %u</progress> ", m->planned ? m->planned : 1,
		   m->done, m->done, m->planned);
	buf_printf(out, "<span class=\"nowrap\">%u of %u sessions</span>", m->done, m->planned);
}

/* ---- what goes on ---- */

static void add_running(struct buf *out, const struct source *s, const struct summary *m)
{
	if (!*m->running)
		return;
	buf_adds(out, "<ul class=\"running\">");
	for (const char *const *name = m->running; *name; name++)
		running_add(out, s, m->run, *name, NULL);
	buf_adds(out, "</ul>");
}

static void add_going_on(struct buf *out, const struct source *s, const struct summary *m)
{
	buf_adds(out, "<section class=\"card\" data-part=\"now-");
	markup_text(out, m->run);
	buf_adds(out, "\"><h2>Going on: ");
	add_link(out, m->run, m->run);
	buf_adds(out, "<span class=\"soft command\">");
	markup_text(out, m->command);
	buf_adds(out, "</span></h2><div class=\"row\">");
	add_progress(out, m);
	add_counts(out, m);
	buf_adds(out, "</div>");
	add_running(out, s, m);
	buf_adds(out, "</section>\n");
}

/* ---- the newest that has come to its end ---- */

static void add_newest(struct buf *out, const struct summary *m)
{
	buf_printf(out, "<section class=\"card answer %s\" data-part=\"newest\"><h1><span class=\"sign\" aria-hidden=\"true\">%s</span><span>"
			"The newest run is %s</span></h1><p class=\"lead\">", looks[m->state].colour, looks[m->state].sign,
		   run_state_name(m->state));
	if (m->problem)
		markup_text(out, m->problem);
	else
		add_counts(out, m);
	buf_adds(out, "</p><p class=\"facts\"><span>");
	add_link(out, m->run, m->run);
	buf_adds(out, "</span><span>");
	markup_time(out, m->started);
	buf_adds(out, "</span><span>took ");
	markup_span(out, m->elapsed_ms);
	buf_adds(out, "</span>");
	if (m->excused)
		buf_printf(out, "<span>%u in quarantine</span>", m->excused);
	buf_adds(out, "</p></section>\n");
}

/* ---- all of them ---- */

static void add_row(struct buf *out, const struct summary *m)
{
	buf_adds(out, "<tr data-find><td>");
	markup_label(out, looks[m->state].colour, looks[m->state].sign, run_state_name(m->state));
	buf_adds(out, "</td><th scope=\"row\" class=\"nowrap\">");
	add_link(out, m->run, m->run);
	buf_adds(out, "</th><td>");
	if (m->problem)
		markup_text(out, m->problem);
	else
		add_counts(out, m);
	buf_adds(out, "</td><td class=\"nowrap\">");
	markup_time(out, m->started);
	buf_adds(out, "</td><td class=\"num\">");
	markup_span(out, m->elapsed_ms);
	buf_adds(out, "</td><td><code class=\"command\">");
	markup_text(out, m->command);
	buf_adds(out, "</code></td></tr>\n");
}

static void add_table(struct buf *out, const struct summary *all, size_t count)
{
	buf_adds(out, "<section class=\"card\" data-part=\"runs\"><h2>Runs</h2>"
		      "<div class=\"filters\" data-keep><label class=\"unseen\" for=\"find\">Find runs</label><input id=\"find\" type=\"search\" "
		      "placeholder=\"Find in runs: a name, a verdict, a command\" data-finds=\"runs-table\"><span id=\"found\" class=\"soft\" "
		      "role=\"status\"></span></div>"
		      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table of runs\"><table id=\"runs-table\"><thead><tr>"
		      "<th scope=\"col\">State</th><th scope=\"col\">Run</th><th scope=\"col\">Sessions</th><th scope=\"col\">Begun</th>"
		      "<th scope=\"col\" class=\"num\">Took</th><th scope=\"col\">Command</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < count; i++)
		add_row(out, &all[i]);
	buf_adds(out, "</tbody></table></div>");
}

static void add_further(struct buf *out, const char *before, const char *last, bool more)
{
	if (!before && !more)
		return;
	buf_adds(out, "<nav class=\"row\" aria-label=\"Further runs\">");
	if (before)
		buf_adds(out, "<a class=\"button\" href=\"/\">Newest runs</a>");
	if (more) {
		buf_adds(out, "<a class=\"button push\" href=\"/?before=");
		markup_segment(out, last);
		buf_adds(out, "\">Older runs</a>");
	}
	buf_adds(out, "</nav>");
}

static const struct summary *read_all(const struct source *s, const char *const *names, size_t *count, struct arena *a)
{
	struct summary *all;

	for (*count = 0; names[*count];)
		++*count;
	all = arena_alloc(a, (*count + 1) * sizeof *all);
	for (size_t i = 0; i < *count; i++)
		summary_read(&all[i], s, names[i], a);
	return all;
}

static void add_nothing(struct buf *out)
{
	buf_adds(out, "<section class=\"card answer\"><h1>There are no runs yet</h1><p class=\"lead\">Start one, and it is here as soon as it "
		      "begins:</p><pre><code>runtest run '*'</code></pre></section>\n");
}

static void add_all(struct buf *out, const struct source *s, const struct summary *all, size_t count, const char *before, bool more)
{
	size_t newest = 0;

	while (newest < count && all[newest].state == RUN_GOES_ON)
		newest++;
	if (!before && newest < count)
		add_newest(out, &all[newest]);
	else
		buf_adds(out, before ? "<h1>Older runs</h1>\n" : "<h1>Runs</h1>\n");
	for (size_t i = 0; i < count && !before; i++)
		if (all[i].state == RUN_GOES_ON)
			add_going_on(out, s, &all[i]);
	add_table(out, all, count);
	add_further(out, before, count ? all[count - 1].run : "", more);
	buf_adds(out, "</section>\n");
}

void page_runs(const struct source *s, const struct target *t, struct answer *a)
{
	const char *before = target_value(t, "before"), *const *names;
	struct arena arena;
	struct err e;
	bool more;
	size_t count;

	arena_init(&arena);
	names = summary_runs(s, before, RUNS_A_PAGE, &more, &arena, &e);
	if (names) {
		const struct summary *all = read_all(s, names, &count, &arena);

		page_begin(&a->body, s, TAB_RUNS, before ? "Older runs" : "Runs", !before);
		if (count)
			add_all(&a->body, s, all, count, before, more);
		else
			add_nothing(&a->body);
		page_end(&a->body);
	} else {
		answer_error(a, &e, false);
	}
	arena_finish(&arena);
}

void api_runs(const struct source *s, const struct target *t, struct answer *a)
{
	json_t *list = json_array(), *o;
	const char *const *names;
	struct arena arena;
	struct err e;
	bool more;

	arena_init(&arena);
	names = summary_runs(s, target_value(t, "before"), RUNS_A_PAGE, &more, &arena, &e);
	for (; names && *names; names++) {
		struct summary m;

		summary_read(&m, s, *names, &arena);
		json_array_append_new(list, summary_json(&m));
	}
	o = json_pack("{s:i, s:o, s:b}", "schema", 1, "runs", list, "more", more);
	if (names)
		answer_json(a, o);
	else
		answer_error(a, &e, true);
	json_decref(o);
	arena_finish(&arena);
}
