#include "survival/track.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

/* ---- tracks ---- */

static bool is_thinned(const struct survival_map *m, uint32_t page)
{
	return m->thinned && m->thinned[page].changes;
}

/* How many stretches each page has, then where its first one stands. */
static size_t lay_out(struct map_tracks *t)
{
	const struct survival_map *m = t->map;
	size_t total = 0;

	for (size_t i = 0; i < m->change_count; i++)
		for (uint32_t k = 0; k < m->changes[i].count; k++)
			t->first[m->changes[i].first + k]++;
	for (uint32_t p = 0; p <= m->page_count; p++) {
		size_t n = p < m->page_count ? t->first[p] + is_thinned(m, p) : 0;

		t->first[p] = total;
		total += n;
	}
	return total;
}

static void add_changes(struct map_tracks *t, size_t *next, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct map_change *c = &t->map->changes[i];

		for (uint32_t k = 0; k < c->count; k++)
			t->items[next[c->first + k]++] =
				(struct stretch){c->state, c->exact, c->seen_us, c->since_us, NULL};
	}
}

static void add_thinned(struct map_tracks *t, size_t *next)
{
	for (uint32_t p = 0; p < t->map->page_count; p++) {
		const struct map_thinned *gap = is_thinned(t->map, p) ? &t->map->thinned[p] : NULL;

		if (gap)
			t->items[next[p]++] = (struct stretch){gap->last, false, gap->from_us, gap->from_us, gap};
	}
}

void tracks_make(struct map_tracks *t, const struct survival_map *m)
{
	size_t before = m->thinned ? m->thinned_at : m->change_count, *next;

	t->map = m;
	t->first = xcalloc((size_t)m->page_count + 1, sizeof *t->first);
	t->items = xcalloc(lay_out(t) + 1, sizeof *t->items);
	next = xcalloc((size_t)m->page_count + 1, sizeof *next);
	memcpy(next, t->first, m->page_count * sizeof *next);
	add_changes(t, next, 0, before);
	add_thinned(t, next);
	add_changes(t, next, before, m->change_count);
	free(next);
}

void tracks_finish(struct map_tracks *t)
{
	free(t->items);
	free(t->first);
}

enum page_state tracks_last_state(const struct map_tracks *t, uint32_t page)
{
	return t->items[t->first[page + 1] - 1].state;
}

bool tracks_alike(const struct map_tracks *t, uint32_t a, uint32_t b)
{
	size_t n = t->first[a + 1] - t->first[a];

	if (n != t->first[b + 1] - t->first[b])
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct stretch *x = &t->items[t->first[a] + i], *y = &t->items[t->first[b] + i];

		if (x->thinned || y->thinned || x->state != y->state || x->seen_us != y->seen_us ||
		    x->since_us != y->since_us || x->exact != y->exact)
			return false;
	}
	return true;
}

/* ---- columns ---- */

struct map_view map_view_of(const struct survival_map *m, size_t columns)
{
	struct map_view v = {.to_us = m->end_us > 1 ? m->end_us : 1, .columns = columns};
	int64_t first = v.to_us;

	for (size_t i = 0; i < m->change_count; i++)
		if (m->changes[i].since_us > 0 && m->changes[i].seen_us < first)
			first = m->changes[i].seen_us;
	if (first < v.to_us)
		v.from_us = first - (v.to_us - first) / 8;
	if (v.from_us < 0)
		v.from_us = 0;
	return v;
}

size_t map_view_column(const struct map_view *v, int64_t at_us)
{
	int64_t span = v->to_us - v->from_us, at = at_us - v->from_us;
	size_t column;

	if (at <= 0)
		return 0;
	column = (size_t)((double)at * (double)v->columns / (double)span);
	return column < v->columns ? column : v->columns - 1;
}

static int64_t column_start(const struct map_view *v, size_t column)
{
	return v->from_us + (int64_t)((double)(v->to_us - v->from_us) * (double)column / (double)v->columns);
}

const char *shade_name(enum shade s)
{
	if (s == SHADE_WRITTEN)
		return "written";
	return s == SHADE_THINNED ? "thinned" : page_state_name((enum page_state)s);
}

const char *shade_meaning(enum shade s)
{
	static const char *const meanings[SHADE_COUNT] = {
		[STATE_NOT_LOADED] = "not loaded yet",
		[STATE_ZEROED] = "zero before it was loaded",
		[STATE_BLANK] = "zero, as the image is",
		[STATE_INTACT] = "intact since loaded",
		[STATE_CHANGED] = "changed",
		[STATE_CLEARED] = "cleared",
		[STATE_RESTORED] = "restored",
		[STATE_UPDATED] = "another version",
		[SHADE_WRITTEN] = "written, as its owner may",
		[SHADE_THINNED] = "to and fro, not kept",
	};

	return meanings[s];
}

static enum shade shade_of(const struct stretch *s, bool judged)
{
	if (s->thinned)
		return SHADE_THINNED;
	return s->state == STATE_CHANGED && !judged ? SHADE_WRITTEN : (enum shade)s->state;
}

static bool is_loss(enum shade s)
{
	return s == (enum shade)STATE_CLEARED || s == (enum shade)STATE_CHANGED || s == SHADE_THINNED;
}

/* The stretches that overlap [from, to) come one after the other; *at is the one that holds at `from`. */
static struct cell cell_of(const struct map_tracks *t, size_t end, size_t *at, int64_t from, int64_t to, bool judged)
{
	struct cell c = {.shade = (uint8_t)shade_of(&t->items[*at], judged)};
	size_t next;

	for (next = *at + 1; next < end && t->items[next].since_us < to; next++) {
		enum shade s = shade_of(&t->items[next], judged);

		if (!is_loss((enum shade)c.shade) || is_loss(s) || t->items[next].seen_us <= from)
			c.shade = (uint8_t)s;
		*at = next;
	}
	if (next < end && t->items[next].seen_us <= from) {
		c.shade = (uint8_t)shade_of(&t->items[next], judged);
		c.unsure = true;
	}
	return c;
}

void tracks_cells(const struct map_tracks *t, uint32_t page, const struct map_view *v, struct cell *out)
{
	bool judged = map_region_of(t->map, page)->judged;
	size_t at = t->first[page], end = t->first[page + 1];

	memset(out, 0, v->columns * sizeof *out); /* with its padding, so that columns can be compared */
	for (size_t i = 0; i < v->columns; i++) {
		struct cell c = cell_of(t, end, &at, column_start(v, i), column_start(v, i + 1), judged);

		out[i].shade = c.shade;
		out[i].unsure = c.unsure;
	}
}

uint32_t tracks_band(const struct map_tracks *t, uint32_t page, const struct map_view *v, struct cell *cells)
{
	const struct map_region *r = map_region_of(t->map, page);
	struct cell *others = xcalloc(v->columns, sizeof *others);
	uint32_t n = 1;

	tracks_cells(t, page, v, cells);
	for (; page + n < r->first + r->pages; n++) {
		if (tracks_alike(t, page, page + n))
			continue;
		tracks_cells(t, page + n, v, others);
		if (memcmp(cells, others, v->columns * sizeof *cells) != 0)
			break;
	}
	free(others);
	return n;
}

/* ---- marks ---- */

struct mark_group *marks_group(const struct survival_map *m, const struct map_view *v, size_t near, size_t *count)
{
	struct mark_group *groups = NULL, *last;
	size_t room = 0;

	*count = 0;
	for (size_t i = 0; i < m->mark_count; i++) {
		size_t column = map_view_column(v, m->marks[i].at_us);

		if (m->marks[i].kind == MARK_END)
			continue;
		last = *count ? &groups[*count - 1] : NULL;
		if (last && column - last->column <= near) {
			last->count = i + 1 - last->first;
			continue;
		}
		groups = xgrow(groups, &room, *count + 1, sizeof *groups);
		groups[(*count)++] = (struct mark_group){i, 1, column};
	}
	return groups;
}

static bool same_mark(const struct map_mark *a, const struct map_mark *b)
{
	return a->kind == b->kind && strcmp(a->name, b->name) == 0;
}

/* How many of the group are like its i-th; 0: an earlier one is, and has counted it. */
static size_t count_like(const struct map_mark *marks, size_t count, size_t i)
{
	size_t n = 1;

	for (size_t k = 0; k < i; k++)
		if (same_mark(&marks[k], &marks[i]))
			return 0;
	for (size_t k = i + 1; k < count; k++)
		n += same_mark(&marks[k], &marks[i]);
	return n;
}

void marks_say(struct buf *out, const struct survival_map *m, const struct mark_group *g)
{
	enum { MOST = 8 };
	const struct map_mark *marks = &m->marks[g->first];
	size_t said = 0, told = 0;

	for (size_t i = 0; i < g->count && told < MOST; i++) {
		size_t n = count_like(marks, g->count, i);

		if (!n)
			continue;
		buf_printf(out, "%s%s%s%s", told++ ? ", " : "", mark_kind_name(marks[i].kind), *marks[i].name ? " " : "",
			   marks[i].name);
		if (n > 1)
			buf_printf(out, " ×%zu", n);
		said += n;
	}
	if (said < g->count)
		buf_printf(out, " and %zu more", g->count - said);
}

/* ---- words ---- */

void time_say(struct buf *out, int64_t us)
{
	if (us < 10000000)
		buf_printf(out, "%.1f ms", (double)us / 1e3);
	else
		buf_printf(out, "%.1f s", (double)us / 1e6);
}

/* When the last of the region's pages that ended in this state had come to it. */
static unsigned ended_in(const struct map_tracks *t, const struct map_region *r, enum page_state state, int64_t *since_us)
{
	unsigned n = 0;

	*since_us = 0;
	for (uint32_t p = r->first; p < r->first + r->pages; p++) {
		const struct stretch *last = &t->items[t->first[p + 1] - 1];

		if (last->state != state)
			continue;
		n++;
		if (last->since_us > *since_us)
			*since_us = last->since_us;
	}
	return n;
}

void region_say(struct buf *out, const struct map_tracks *t, const struct map_region *r)
{
	const char *comma = "";
	int64_t since;

	for (int i = 0; i < STATE_COUNT; i++) {
		unsigned n = ended_in(t, r, (enum page_state)i, &since);

		if (!n)
			continue;
		buf_printf(out, "%s%u %s", comma, n,
			   i == STATE_CHANGED && !r->judged ? shade_name(SHADE_WRITTEN) : page_state_name((enum page_state)i));
		if (since) {
			buf_adds(out, " since ");
			time_say(out, since);
		}
		comma = ", ";
	}
}

int64_t axis_step(const struct map_view *v, int most)
{
	static const int factors[] = {1, 2, 5};
	int64_t span = v->to_us - v->from_us;

	for (int64_t power = 1;; power *= 10)
		for (size_t i = 0; i < sizeof factors / sizeof factors[0]; i++)
			if (span / (power * factors[i]) < most)
				return power * factors[i];
}
