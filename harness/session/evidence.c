#include "session/evidence.h"

static struct page_span *spans_of(struct arena *a, const struct region_pages *p)
{
	struct page_span *spans = arena_alloc(a, p->range_count * sizeof *spans);

	for (size_t i = 0; i < p->range_count; i++)
		spans[i] = (struct page_span){.class = page_class_name(p->ranges[i].class), .start = p->ranges[i].start,
					     .end = p->ranges[i].end};
	return spans;
}

/* Page classes and the counts of the evidence are the same, in the same order. */
_Static_assert((int)PAGE_CLASS_COUNT == (int)COUNT_CLASSES && (int)PAGE_OTHER_VERSION == (int)COUNT_OTHER_VERSION &&
		       (int)PAGE_CHANGED == (int)COUNT_CHANGED && (int)PAGE_STALE == (int)COUNT_STALE,
	       "a page has the same classes everywhere");

static struct page_evidence pages_of(const struct look *l, const struct region_pages *p, const char *file,
				     struct arena *a)
{
	const struct region *r = p->region;
	struct page_evidence page = {
		.moment = l->moment,
		.look = l->number,
		.stopped = l->stop == WITNESS_STOP_GUEST ? "guest" : "machine",
		.at_ms = l->at_ms,
		.where = l->line ? arena_printf(a, "%s:%d", file, l->line) : NULL,
		.region = r->name,
		.owner = region_owner_name(r->owner),
		.pd = r->pd,
		.role = region_role_name(r->role),
		.access = region_access_name(r->access),
		.judged = p->judged,
		.demanded = p->judged && l->demand != DEMAND_REPORT,
		.demand = witness_demand_name(l->demand),
		.paddr = r->paddr,
		.size = r->size,
		.poisoned = p->poisoned,
		.dirty = p->dirty,
		.restored = p->restored,
		.spans = spans_of(a, p),
		.span_count = p->range_count,
	};

	for (int c = 0; c < PAGE_CLASS_COUNT; c++)
		page.count[c] = p->count[c];
	return page;
}

static struct moment_evidence moment_of(const struct moment_sum *m)
{
	return (struct moment_evidence){
		.moment = m->moment,
		.looks = m->looks,
		.broken = m->broken,
		.worst_look = m->worst,
		.worst_pages = m->worst_pages,
		.first_ms = m->first_ms,
		.last_ms = m->last_ms,
	};
}

void evidence_of_looks(struct session_evidence *ev, const struct looks *looks, const char *file, struct arena *a)
{
	size_t count = 0;

	for (size_t i = 0; i < looks->count; i++)
		count += looks->items[i].region_count;
	ev->pages = arena_alloc(a, (count + 1) * sizeof *ev->pages);
	for (size_t i = 0; i < looks->count; i++)
		for (size_t k = 0; k < looks->items[i].region_count; k++)
			ev->pages[ev->page_count++] = pages_of(&looks->items[i], &looks->items[i].regions[k], file, a);
	ev->moments = arena_alloc(a, (looks->moment_count + 1) * sizeof *ev->moments);
	for (size_t i = 0; i < looks->moment_count; i++)
		ev->moments[ev->moment_count++] = moment_of(&looks->moments[i]);
}
