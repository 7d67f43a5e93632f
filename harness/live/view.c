#include "live/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"
#include "util/units.h"
#include "util/utf8.h"

#define RED "\033[31m"
#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define DIM "\033[2m"
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

void view_init(struct view *v, size_t planned, bool colour)
{
	*v = (struct view){.what = "ended", .doing = "running", .planned = planned, .left_ms = -1, .colour = colour};
}

void view_finish(struct view *v)
{
	free(v->rows);
	memset(v, 0, sizeof *v);
}

struct view_row *view_begin(struct view *v, size_t id)
{
	v->rows = xgrow(v->rows, &v->room, v->count + 1, sizeof *v->rows);
	v->rows[v->count] = (struct view_row){.id = id, .board = "", .scenario = "", .variant = "", .expected_ms = -1};
	return &v->rows[v->count++];
}

struct view_row *view_find(struct view *v, size_t id)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->rows[i].id == id)
			return &v->rows[i];
	return NULL;
}

void view_end(struct view *v, size_t id)
{
	struct view_row *r = view_find(v, id);

	if (!r)
		return;
	v->count--;
	memmove(r, r + 1, (size_t)(v->rows + v->count - r) * sizeof *r);
}

/* ---- pieces ---- */

const char *view_colour(enum verdict v)
{
	if (v == VERDICT_FLAKY || v == VERDICT_INFRA)
		return YELLOW;
	if (verdict_fails_run(v))
		return RED;
	return v == VERDICT_SKIPPED || v == VERDICT_CANCELLED ? DIM : GREEN;
}

static void add_coloured(struct buf *out, const char *colour, bool coloured, const char *text)
{
	buf_adds(out, coloured ? colour : "");
	buf_adds(out, text);
	buf_adds(out, coloured ? PLAIN : "");
}

void view_add_span(struct buf *out, int64_t ms)
{
	int64_t s = ms > 0 ? ms / 1000 : 0;

	if (s < 10)
		buf_printf(out, "%" PRId64 ".%" PRId64 "s", s, ms > 0 ? ms % 1000 / 100 : 0);
	else if (s < 60)
		buf_printf(out, "%" PRId64 "s", s);
	else if (s < 3600)
		buf_printf(out, "%" PRId64 "m%02" PRId64 "s", s / 60, s % 60);
	else
		buf_printf(out, "%" PRId64 "h%02" PRId64 "m", s / 3600, s / 60 % 60);
}

void view_add_result(struct buf *out, const struct session_result *r, bool again, bool colour)
{
	enum { VERDICT_WIDTH = 13 };
	const char *name = verdict_name(r->verdict);
	char time[24];

	add_coloured(out, view_colour(r->verdict), colour, name);
	buf_printf(out, "%*s %s%s%s  %s%s\n", (int)(VERDICT_WIDTH - strlen(name)), "", r->name, r->cause ? "  " : "",
		   cause_name(r->cause), units_duration_text(r->duration_ms, time), again ? "  (will be tried again)" : "");
}

/* ---- a session's line ---- */

enum column { BOARD, SCENARIO, VARIANT, PHASE, TIME };
enum { GAP = 2, LEAST = 4 /* columns of a text that has to give way */ };

struct cells {
	struct buf text[VIEW_COLUMNS];
	bool late; /* takes twice as long as expected */
};

/* Of a session that takes no time to speak of, nobody wants to know what was expected. */
static void fill(const struct view *v, struct view_row *r, int64_t now_ms, struct cells *c)
{
	enum { WORTH_MS = 100, LATE_MS = 2000 };
	int64_t spent = now_ms - r->began_ms;

	if (r->glance)
		glance_read(r->glance, &r->seen);
	buf_adds(&c->text[BOARD], r->seen.unit[0] ? r->seen.unit : r->board);
	if (!v->one_scenario)
		text_add_line(&c->text[SCENARIO], r->scenario);
	if (!v->one_variant)
		text_add_line(&c->text[VARIANT], r->variant);
	buf_adds(&c->text[PHASE], r->waits ? "waits for the board" : r->seen.phase);
	view_add_span(&c->text[TIME], spent);
	if (r->expected_ms >= WORTH_MS && !r->waits) {
		buf_adds(&c->text[TIME], " of ");
		view_add_span(&c->text[TIME], r->expected_ms);
	}
	c->late = r->expected_ms > 0 && !r->waits && spent > 2 * r->expected_ms + LATE_MS;
}

static size_t width_of(const struct buf *b)
{
	return b->len ? utf8_width(b->data, b->len) : 0;
}

static const char *text_of(const struct buf *b)
{
	return b->len ? b->data : "";
}

/* How wide they are together, gaps included. */
static size_t sum_of(const size_t widths[VIEW_COLUMNS])
{
	size_t sum = 0;

	for (size_t i = 0; i < VIEW_COLUMNS; i++)
		sum += widths[i] ? widths[i] + GAP : 0;
	return sum;
}

/* The text that takes most gives way until all fit; on a terminal that is narrower still, whole columns do. */
static void shrink(size_t widths[VIEW_COLUMNS], size_t columns)
{
	static const enum column first[] = {VARIANT, TIME, SCENARIO, PHASE, BOARD};

	while (sum_of(widths) > columns) {
		size_t widest = 0;

		for (size_t i = 0; i < VIEW_COLUMNS; i++)
			widest = i != TIME && widths[i] > widths[widest] ? i : widest;
		if (widths[widest] <= LEAST)
			break;
		widths[widest]--;
	}
	for (size_t i = 0; i < VIEW_COLUMNS && sum_of(widths) > columns; i++)
		widths[first[i]] = 0;
}

/* Names that begin alike are told apart by their ends: what is too long loses its middle. */
static void add_name(struct buf *out, const char *text, size_t columns)
{
	size_t n = strlen(text), all = utf8_width(text, n), head, skip;

	if (all <= columns || columns < LEAST) {
		text_add_shortened(out, text, columns);
		return;
	}
	head = utf8_within(text, n, columns / 2);
	skip = utf8_within(text, n, all - (columns - columns / 2 - 1));
	if (utf8_width(text + skip, n - skip) > columns - columns / 2 - 1) /* a wide character stands there */
		skip += utf8_within(text + skip, n - skip, 2);
	buf_add(out, text, head);
	buf_adds(out, "…");
	buf_adds(out, text + skip);
	buf_printf(out, "%*s", (int)(columns - utf8_width(text, head) - 1 - utf8_width(text + skip, n - skip)), "");
}

static void add_cell(struct buf *out, const struct cells *c, size_t i, size_t width, bool colour)
{
	static const char *const colours[VIEW_COLUMNS] = {[BOARD] = BOLD};
	size_t own = width_of(&c->text[i]);
	int pad = (int)(own < width ? width - own : 0);
	const char *look = i == TIME && c->late ? YELLOW : colours[i];

	if (!width)
		return;
	if (i == TIME)
		buf_printf(out, "%*s", pad, "");
	buf_adds(out, colour && look ? look : "");
	add_name(out, text_of(&c->text[i]), width);
	buf_adds(out, colour && look ? PLAIN : "");
	buf_printf(out, "%*s", (i == TIME ? 0 : pad) + GAP, "");
}

static void add_row(const struct view *v, const struct view_row *r, const struct cells *c, const size_t *widths, size_t columns,
		    struct buf *out)
{
	enum { SHORTEST = 8 }; /* of a line, less than which says nothing */
	size_t used = 0;
	struct buf line = {0};

	for (size_t i = 0; i < VIEW_COLUMNS; i++) {
		add_cell(out, c, i, widths[i], v->colour);
		used += widths[i] ? widths[i] + GAP : 0;
	}
	if (used + SHORTEST <= columns) {
		text_add_shortened(&line, r->seen.line, columns - used);
		add_coloured(out, DIM, v->colour && line.len, text_of(&line));
	}
	buf_addc(out, '\n');
	buf_finish(&line);
}

static void add_rows(struct view *v, size_t shown, size_t columns, int64_t now_ms, struct buf *out)
{
	struct cells *cells = xcalloc(shown + 1, sizeof *cells);
	size_t widths[VIEW_COLUMNS];

	for (size_t i = 0; i < shown; i++) {
		fill(v, &v->rows[i], now_ms, &cells[i]);
		for (size_t k = 0; k < VIEW_COLUMNS; k++)
			if (width_of(&cells[i].text[k]) > v->widths[k])
				v->widths[k] = width_of(&cells[i].text[k]);
	}
	memcpy(widths, v->widths, sizeof widths);
	shrink(widths, columns);
	for (size_t i = 0; i < shown; i++) {
		add_row(v, &v->rows[i], &cells[i], widths, columns, out);
		for (size_t k = 0; k < VIEW_COLUMNS; k++)
			buf_finish(&cells[i].text[k]);
	}
	free(cells);
}

/* ---- below them ---- */

static size_t ended_of(const struct view *v)
{
	size_t sum = 0;

	for (size_t i = 0; i < VERDICT_COUNT; i++)
		sum += v->ended[i];
	return sum;
}

/* Piece by piece, as far as they fit; a piece is never cut, unless it is the first. */
struct line {
	struct buf *out;
	size_t columns, used;
};

static void add_piece(struct line *l, const char *between, const char *colour, const char *text)
{
	size_t room = l->columns - l->used, width = utf8_width(between, strlen(between)) + utf8_width(text, strlen(text));

	if (width > room && l->used) {
		l->columns = l->used; /* nothing comes behind what is left out */
		return;
	}
	buf_adds(l->out, between);
	buf_adds(l->out, colour ? colour : "");
	text_add_shortened(l->out, text, room);
	buf_adds(l->out, colour ? PLAIN : "");
	l->used += width < room ? width : room;
}

static void add_verdicts(const struct view *v, struct line *l)
{
	static const enum verdict order[] = {
		VERDICT_PASS,    VERDICT_EXPECTED_FAIL, VERDICT_FAIL,    VERDICT_VACUOUS,   VERDICT_TIMEOUT,
		VERDICT_INFRA,   VERDICT_FLAKY,         VERDICT_SKIPPED, VERDICT_CANCELLED,
	};
	const char *between = ": ";
	char text[64];

	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		if (!v->ended[order[i]])
			continue;
		snprintf(text, sizeof text, "%u %s", v->ended[order[i]], verdict_name(order[i]));
		add_piece(l, between, v->colour ? view_colour(order[i]) : NULL, text);
		between = " · ";
	}
}

/* A forecast is not good to tenths of a second. */
static void add_left(struct buf *out, int64_t ms)
{
	buf_adds(out, "about ");
	if (ms < 60000)
		buf_printf(out, "%" PRId64 "s", (ms + 999) / 1000);
	else
		view_add_span(out, ms);
	buf_adds(out, " left");
}

static void add_totals(const struct view *v, size_t columns, struct buf *out)
{
	struct line l = {.out = out, .columns = columns};
	struct buf text = {0};

	buf_printf(&text, "%zu of %zu %s", ended_of(v), v->planned, v->what);
	add_piece(&l, "", v->colour ? BOLD : NULL, text.data);
	add_verdicts(v, &l);
	buf_clear(&text);
	buf_printf(&text, "%zu %s", v->count, v->doing);
	if (v->count)
		add_piece(&l, "  ", NULL, text.data);
	buf_clear(&text);
	buf_printf(&text, "%zu queued", v->queued);
	if (v->queued)
		add_piece(&l, "  ", NULL, text.data);
	buf_clear(&text);
	add_left(&text, v->left_ms);
	if (v->left_ms > 0 && v->course == VIEW_GOES_ON)
		add_piece(&l, "  ", NULL, text.data);
	buf_addc(out, '\n');
	buf_finish(&text);
}

static void add_course(const struct view *v, size_t columns, struct buf *out)
{
	struct line l = {.out = out, .columns = columns};
	const char *colour = v->colour ? YELLOW : NULL;

	if (v->course == VIEW_DRAINS) {
		add_piece(&l, "", colour, "^C: nothing more is begun, what runs ends by itself");
		add_piece(&l, "; ", colour, "^C again ends it at once");
	} else {
		add_piece(&l, "", colour, "cancelled: sessions are told to end");
		add_piece(&l, ", ", colour, "boards are switched off");
	}
	buf_addc(out, '\n');
}

static void add_hidden(const struct view *v, size_t shown, size_t columns, struct buf *out)
{
	struct line l = {.out = out, .columns = columns};
	char text[64];

	snprintf(text, sizeof text, "and %zu more", v->count - shown);
	add_piece(&l, "", v->colour ? DIM : NULL, text);
	buf_addc(out, '\n');
}

void view_draw(struct view *v, size_t columns, size_t rows, int64_t now_ms, struct buf *out)
{
	enum { ROOMY = 12 };
	size_t below = 1 + (v->course != VIEW_GOES_ON), most = rows * 2 / 3, shown = v->count;

	columns = columns > 1 ? columns - 1 : 1;
	if (below + 1 >= rows)
		below = 1; /* there is hardly room for anything */
	most = most > below ? most - below : 0;
	if (shown > most)
		shown = most ? most - 1 : 0; /* and a line that says so */
	if (rows >= ROOMY)
		buf_addc(out, '\n'); /* what has ended stands above */
	add_rows(v, shown, columns, now_ms, out);
	if (shown < v->count && most)
		add_hidden(v, shown, columns, out);
	if (v->course == VIEW_GOES_ON || below > 1)
		add_totals(v, columns, out);
	if (v->course != VIEW_GOES_ON)
		add_course(v, columns, out);
}
