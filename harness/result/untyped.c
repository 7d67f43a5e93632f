#include "result/untyped.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "result/lost.h"

enum { PAGE = 4096 };

/* A page of a region: lost, or (by all that the evidence tells) still there. */
struct page {
	uint64_t at;
	const struct page_evidence *region;
	bool lost;
};

struct pages {
	struct page *items;
	size_t count, room;
	struct arena *arena;
};

static void add_page(struct pages *all, uint64_t at, const struct page_evidence *region, bool lost)
{
	all->items = arena_grow(all->arena, all->items, &all->room, all->count + 1, sizeof *all->items);
	all->items[all->count++] = (struct page){at, region, lost};
}

static bool is_cleared(const struct page_span *s)
{
	return strcmp(s->class, "cleared") == 0 || strcmp(s->class, "partly-cleared") == 0;
}

static const struct page_span *span_at(const struct page_evidence *p, uint64_t page)
{
	for (size_t i = 0; i < p->span_count; i++)
		if (p->spans[i].start < page + PAGE && p->spans[i].end > page)
			return &p->spans[i];
	return NULL;
}

/*
 * Pages without a span are intact or blank. Which of them is blank the evidence does not say: where a region has some of
 * both, all are taken for intact, and blocks come out smaller rather than larger.
 */
static void add_region(struct pages *all, const struct page_evidence *p)
{
	for (uint64_t at = p->paddr & ~UINT64_C(4095); at < p->paddr + p->size; at += PAGE) {
		const struct page_span *span = span_at(p, at);

		if (span && is_cleared(span))
			add_page(all, at, p, true);
		else if (span || p->count[COUNT_INTACT])
			add_page(all, at, p, false);
	}
}

static bool was_before(const struct page_evidence *first, const struct page_evidence *p)
{
	for (; first < p; first++)
		if (strcmp(first->region, p->region) == 0)
			return true;
	return false;
}

static int by_address(const void *a, const void *b)
{
	const struct page *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* From the first look at which anything was lost on. */
static void collect(struct pages *all, const struct session_evidence *ev, const struct page_evidence *first)
{
	for (const struct page_evidence *p = first; p < ev->pages + ev->page_count; p++)
		if (!was_before(first, p))
			add_region(all, p);
	if (all->count)
		qsort(all->items, all->count, sizeof *all->items, by_address);
}

/* ---- blocks ---- */

struct finding {
	struct session_evidence *ev;
	size_t room;
	struct arena *arena;
};

static void add_loss(struct untyped_evidence *u, size_t *room, const struct page_evidence *p, struct arena *a)
{
	struct untyped_loss *lost = (struct untyped_loss *)(uintptr_t)u->lost;

	for (size_t i = 0; i < u->lost_count; i++)
		if (strcmp(lost[i].region, p->region) == 0) {
			lost[i].pages++;
			return;
		}
	u->lost = lost = arena_grow(a, lost, room, u->lost_count + 1, sizeof *lost);
	lost[u->lost_count++] = (struct untyped_loss){p->region, p->owner, p->pd, 1};
}

/* All that was lost in the block; with two regions on one page, both have lost it. */
static void add_untyped(struct finding *f, const struct pages *all, uint64_t start, uint64_t end, const char *told_by)
{
	struct untyped_evidence u = {.start = start, .end = end, .told_by = told_by};
	struct session_evidence *ev = f->ev;
	size_t room = 0;

	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].lost && all->items[i].at >= start && all->items[i].at < end)
			add_loss(&u, &room, all->items[i].region, f->arena);
	ev->untypeds = arena_grow(f->arena, ev->untypeds, &f->room, ev->untyped_count + 1, sizeof *ev->untypeds);
	ev->untypeds[ev->untyped_count++] = u;
}

static bool is_found(const struct session_evidence *ev, uint64_t at)
{
	for (size_t i = 0; i < ev->untyped_count; i++)
		if (at >= ev->untypeds[i].start && at < ev->untypeds[i].end)
			return true;
	return false;
}

static const struct told_untyped *told_at(const struct told_untyped *told, size_t count, uint64_t at)
{
	const struct told_untyped *least = NULL;

	for (size_t i = 0; i < count; i++)
		if (at >= told[i].start && at < told[i].end &&
		    (!least || told[i].end - told[i].start < least->end - least->start))
			least = &told[i];
	return least;
}

static bool holds_intact(const struct pages *all, uint64_t start, uint64_t end)
{
	for (size_t i = 0; i < all->count; i++)
		if (!all->items[i].lost && all->items[i].at >= start && all->items[i].at < end)
			return true;
	return false;
}

/* The pages from `lo` to `hi` (of the last one) are lost, and none between them is there. */
static void add_run(struct finding *f, const struct pages *all, size_t lo, size_t hi)
{
	uint64_t first = all->items[lo].at, last = all->items[hi].at, size = PAGE, start;
	size_t half = lo;

	while ((first ^ last) & ~(size - 1))
		size *= 2;
	start = first & ~(size - 1);
	if (size == PAGE || !holds_intact(all, start, start + size)) {
		add_untyped(f, all, start, start + size, "alignment");
		return;
	}
	/* Several untypeds side by side, then: the middle of the block parts them. */
	while (all->items[half].at < start + size / 2)
		half++;
	add_run(f, all, lo, half - 1);
	add_run(f, all, half, hi);
}

static void add_runs(struct finding *f, const struct pages *all)
{
	for (size_t lo = 0; lo < all->count; lo++) {
		size_t hi = lo;

		if (!all->items[lo].lost || is_found(f->ev, all->items[lo].at))
			continue;
		while (hi + 1 < all->count && all->items[hi + 1].lost && !is_found(f->ev, all->items[hi + 1].at))
			hi++;
		add_run(f, all, lo, hi);
		lo = hi;
	}
}

static int by_start(const void *a, const void *b)
{
	const struct untyped_evidence *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

void untypeds_find(struct session_evidence *ev, const struct told_untyped *told, size_t told_count, struct arena *a)
{
	struct pages all = {.arena = a};
	struct finding f = {.ev = ev, .arena = a};
	struct lost_pages lost;

	ev->untypeds = NULL;
	ev->untyped_count = 0;
	lost_pages_find(&lost, ev, a);
	if (!lost.count)
		return;
	collect(&all, ev, lost.first);
	for (size_t i = 0; i < all.count; i++) {
		const struct told_untyped *t = all.items[i].lost ? told_at(told, told_count, all.items[i].at) : NULL;

		if (t && !is_found(ev, all.items[i].at))
			add_untyped(&f, &all, t->start, t->end, "console");
	}
	add_runs(&f, &all);
	if (ev->untyped_count)
		qsort(ev->untypeds, ev->untyped_count, sizeof *ev->untypeds, by_start);
}
