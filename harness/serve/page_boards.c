/* The boards: who has which, which were left on, which are fit for use. */
#include <stdlib.h>
#include <string.h>

#include "serve/answer.h"
#include "serve/markup.h"
#include "serve/page.h"

struct board_lists {
	json_t *boards, *health; /* arrays of objects: `runtest list boards --json`, units of `runtest health --list --json` */
};

static int read_lists(const struct source *s, struct board_lists *l, struct err *e)
{
	struct buf boards = {0}, health = {0};
	int rc = s->boards(s->ctx, &boards, &health, e);

	*l = (struct board_lists){0};
	if (rc == 0) {
		l->boards = json_loadb(boards.data ? boards.data : "", boards.len, 0, NULL);
		l->health = json_loadb(health.data ? health.data : "", health.len, 0, NULL);
		if (!json_is_array(l->boards) || !json_is_array(l->health))
			rc = err_set(e, ERR_IO, "what is known of the boards cannot be read");
	}
	buf_finish(&boards);
	buf_finish(&health);
	return rc;
}

static void drop_lists(struct board_lists *l)
{
	json_decref(l->boards);
	json_decref(l->health);
}

static const char *text_of(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static const json_t *health_of(const struct board_lists *l, const char *unit)
{
	const json_t *o;
	size_t i;

	json_array_foreach(l->health, i, o)
		if (unit && text_of(o, "unit") && strcmp(text_of(o, "unit"), unit) == 0)
			return o;
	return NULL;
}

/* ---- as a table ---- */

static void add_state(struct buf *out, const char *state)
{
	static const struct {
		const char *state, *colour, *sign;
	} looks[] = {{"free", "good", "✓"}, {"busy", "none", "▶"}, {"left on", "odd", "!"}, {"unknown", "odd", "?"}, {"no unit", "none", "–"}};

	for (size_t i = 0; state && i < sizeof looks / sizeof looks[0]; i++)
		if (strcmp(state, looks[i].state) == 0)
			markup_label(out, looks[i].colour, looks[i].sign, state);
}

static void add_health(struct buf *out, const json_t *h)
{
	const char *word = text_of(h, "health"), *why = text_of(h, "why");
	bool fit = word && strcmp(word, "good") == 0, none = !word || strcmp(word, "unknown") == 0;

	if (!h)
		return;
	markup_label(out, fit ? "good" : none ? "none" : "bad", fit ? "✓" : none ? "?" : "✗", word ? word : "unknown");
	if (why && !fit) {
		buf_addc(out, ' ');
		markup_text(out, why);
	}
}

static void add_row(struct buf *out, const struct board_lists *l, const json_t *o)
{
	const char *unit = text_of(o, "unit");
	bool qemu = json_is_true(json_object_get(o, "qemu"));

	buf_adds(out, "<tr data-find><th scope=\"row\">");
	markup_text(out, unit ? unit : "–");
	buf_adds(out, "</th><td>");
	markup_text(out, text_of(o, "kind"));
	buf_adds(out, "</td><td>");
	buf_adds(out, qemu ? "QEMU" : "hardware");
	buf_adds(out, "</td><td>");
	add_state(out, text_of(o, "state"));
	buf_adds(out, "</td><td>");
	markup_text(out, text_of(o, "who"));
	buf_adds(out, "</td><td>");
	add_health(out, health_of(l, unit));
	buf_adds(out, "</td><td class=\"soft\">");
	markup_text(out, text_of(o, "about"));
	buf_adds(out, "</td></tr>\n");
}

static size_t count_state(const json_t *boards, const char *state)
{
	const json_t *o;
	size_t i, n = 0;

	json_array_foreach(boards, i, o)
		n += text_of(o, "state") && strcmp(text_of(o, "state"), state) == 0;
	return n;
}

/* Kinds that nobody has a board of: known, and nothing to look at. */
static void add_kinds_without(struct buf *out, const json_t *boards)
{
	size_t n = count_state(boards, "no unit"), i;
	const json_t *o;

	if (!n)
		return;
	buf_printf(out, "<details class=\"card\" data-part=\"kinds\"><summary>%zu kind%s without a unit here</summary><dl class=\"pairs\">", n,
		   n == 1 ? "" : "s");
	json_array_foreach(boards, i, o) {
		if (text_of(o, "unit"))
			continue;
		buf_adds(out, "<dt>");
		markup_text(out, text_of(o, "kind"));
		buf_adds(out, "</dt><dd>");
		markup_text(out, text_of(o, "about"));
		buf_adds(out, "</dd>");
	}
	buf_adds(out, "</dl></details>\n");
}

/* Boards on a shelf first: machines of QEMU are made when they are wanted. */
static void add_units(struct buf *out, const struct board_lists *l)
{
	const json_t *o;
	size_t i;

	for (int qemu = 0; qemu < 2; qemu++)
		json_array_foreach(l->boards, i, o)
			if (text_of(o, "unit") && json_is_true(json_object_get(o, "qemu")) == qemu)
				add_row(out, l, o);
}

static void add_head(struct buf *out, const json_t *boards)
{
	size_t busy = count_state(boards, "busy"), free_ones = count_state(boards, "free"), on = count_state(boards, "left on");

	buf_printf(out, "<section class=\"card answer %s\" data-part=\"head\"><h1>%zu board%s busy, %zu free</h1><p class=\"lead\">", on ? "odd" : "good",
		   busy, busy == 1 ? "" : "s", free_ones);
	if (on)
		buf_printf(out, "%zu left on: nobody has it, and it has power.", on);
	else
		buf_adds(out, "None was left on.");
	buf_adds(out, "</p></section>\n");
}

void page_boards(const struct source *s, const struct target *t, struct answer *a)
{
	struct board_lists l;
	struct err e;

	(void)t;
	if (read_lists(s, &l, &e) < 0) {
		answer_error(a, &e, false);
		drop_lists(&l);
		return;
	}
	page_begin(&a->body, s, TAB_BOARDS, "Boards", true);
	add_head(&a->body, l.boards);
	buf_adds(&a->body, "<section class=\"card\" data-part=\"boards\"><h2>Boards</h2><div class=\"wide\" tabindex=\"0\" role=\"region\" "
			   "aria-label=\"Table of boards\"><table><thead><tr><th scope=\"col\">Unit</th><th scope=\"col\">Kind</th><th scope=\"col\">Is</th>"
			   "<th scope=\"col\">State</th><th scope=\"col\">Who</th><th scope=\"col\">Health</th><th scope=\"col\">About</th></tr></thead><tbody>\n");
	add_units(&a->body, &l);
	buf_adds(&a->body, "</tbody></table></div></section>\n");
	add_kinds_without(&a->body, l.boards);
	page_end(&a->body);
	drop_lists(&l);
}

void api_boards(const struct source *s, const struct target *t, struct answer *a)
{
	struct board_lists l;
	struct err e;
	json_t *o;

	(void)t;
	if (read_lists(s, &l, &e) == 0) {
		o = json_pack("{s:i, s:O, s:O}", "schema", 1, "boards", l.boards, "health", l.health);
		answer_json(a, o);
		json_decref(o);
	} else {
		answer_error(a, &e, true);
	}
	drop_lists(&l);
}
