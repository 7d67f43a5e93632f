#include "result/lost.h"

#include <stdlib.h>
#include <string.h>

#include "result/evidence.h"

enum { PAGE = 4096 };

void lost_pages_add(struct lost_pages *lost, uint64_t page, struct arena *a)
{
	for (size_t i = 0; i < lost->count; i++)
		if (lost->pages[i] == page)
			return;
	lost->pages = arena_grow(a, lost->pages, &lost->room, lost->count + 1, sizeof *lost->pages);
	lost->pages[lost->count++] = page;
}

static bool is_lost(const struct page_span *s)
{
	return strcmp(s->class, "cleared") == 0 || strcmp(s->class, "partly-cleared") == 0 ||
	       strcmp(s->class, "changed") == 0;
}

/* Whoever runs writes to its own writable memory by right: that a restart did not bring it back is nobody's store. */
static bool is_its_owners(const struct page_evidence *p)
{
	return p->access && strcmp(p->access, "rw") == 0 && p->demand && strcmp(p->demand, "fresh") == 0;
}

static void add_region(struct lost_pages *lost, const struct page_evidence *p, struct arena *a)
{
	for (size_t i = 0; i < p->span_count; i++) {
		const struct page_span *s = &p->spans[i];
		uint64_t first = s->start / PAGE, pages = 0;

		if (is_lost(s) && s->end > s->start)
			pages = (s->end - 1) / PAGE - first + 1;
		for (uint64_t k = 0; k < pages && lost->count < LOST_PAGES_MAX; k++)
			lost_pages_add(lost, (first + k) * PAGE, a);
	}
}

/* Moments of later boots end in their number: "kernel-up.2". */
static unsigned boot_of(const char *moment)
{
	const char *dot = moment ? strrchr(moment, '.') : NULL;
	unsigned long n = dot ? strtoul(dot + 1, NULL, 10) : 0;

	return n > 1 ? (unsigned)n - 1 : 0;
}

/* Regions of one look stand side by side. */
static const struct page_evidence *first_of_look(const struct session_evidence *ev, const struct page_evidence *p)
{
	while (p > ev->pages && page_evidence_same_moment(p - 1, p))
		p--;
	return p;
}

void lost_pages_find(struct lost_pages *lost, const struct session_evidence *ev, struct arena *a)
{
	unsigned look = 0;

	memset(lost, 0, sizeof *lost);
	for (size_t i = 0; i < ev->page_count; i++) {
		const struct page_evidence *p = &ev->pages[i];

		if (!p->moment || (lost->moment && (p->look != look || strcmp(p->moment, lost->moment) != 0)))
			continue;
		if (p->judged && !is_its_owners(p))
			add_region(lost, p, a);
		if (!lost->moment && lost->count) {
			lost->moment = p->moment;
			lost->first = first_of_look(ev, p);
			look = p->look;
		}
	}
	lost->boot = boot_of(lost->moment);
}
