#include "survival/sampler.h"

#include <stdlib.h>
#include <string.h>

#include "witness/pages.h"

enum {
	SHORTEST_US = 1000,    /* between samples, while things happen */
	LONGEST_US = 20000,
	LIVELY_US = 200000,    /* so long after the last change (a boot's beginning) that is kept up */
	SHARE = 50,            /* between samples goes at least so many times what one takes */
};

/* ---- what is sampled ---- */

static const uint8_t *const *page_rivals(struct sampler *s, uint8_t **of_region, uint64_t at)
{
	const uint8_t **list;
	size_t n = 0;

	if (!of_region)
		return NULL;
	while (of_region[n])
		n++;
	list = arena_alloc(&s->arena, (n + 1) * sizeof *list);
	for (size_t i = 0; i < n; i++)
		list[i] = of_region[i] + at;
	return list;
}

static void add_pages(struct sampler *s, const struct region *r, const uint8_t *memory, uint8_t **rivals)
{
	struct survival_map *m = s->map;
	const struct map_region *mapped = &m->regions[m->region_count - 1];

	for (uint32_t p = mapped->first; p < mapped->first + mapped->pages; p++) {
		uint64_t at = map_page_paddr(m, p) - r->paddr;

		s->pages[p] = (struct sampled_page){
			.memory = memory + at,
			.image = r->bytes + at,
			.rivals = page_rivals(s, rivals, at),
			.size = (uint32_t)map_page_size(m, p),
		};
	}
}

static void add_region(struct sampler *s, const struct versions *versions, const struct region *r, const uint8_t *memory)
{
	struct map_region described = {
		.name = r->name,
		.owner = region_owner_name(r->owner),
		.pd = r->pd,
		.role = region_role_name(r->role),
		.access = region_access_name(r->access),
		.judged = region_is_judged(r),
		.paddr = r->paddr,
		.size = r->size,
	};
	uint8_t **rivals;

	if (!memory) {
		s->map->left_out += (r->size + PAGE_SIZE_4K - 1) / PAGE_SIZE_4K;
		return;
	}
	if (!map_add_region(s->map, &described))
		return;
	rivals = versions_rivals(versions, r);
	if (rivals) {
		s->rivals = xgrow(s->rivals, &s->rival_room, s->rival_count + 1, sizeof *s->rivals);
		s->rivals[s->rival_count++] = rivals;
	}
	add_pages(s, r, memory, rivals);
}

/* Memory is fresh: nothing that is there was put there by this boot. */
static void begin(struct sampler *s, int64_t at_us)
{
	for (uint32_t i = 0; i < s->map->page_count; i++) {
		struct sampled_page *p = &s->pages[i];
		enum page_content found = page_content_of(p->memory, p->image, p->size, p->rivals);

		p->past = (struct page_past){.state = STATE_NOT_LOADED};
		if (found != CONTENT_POISON && found != CONTENT_ZERO)
			page_state_after(&p->past, found);
		map_add_change(s->map, i, p->past.state, at_us, at_us, true);
		p->seen_us = at_us;
		p->unsettled = false;
	}
	s->map->samples++;
	s->map->exact_samples++;
	s->lively_us = s->due_us = s->map->end_us = at_us;
	s->interval_us = SHORTEST_US;
}

void sampler_open(struct sampler *s, struct survival_map *map, const struct versions *versions, sampler_view *view,
		  void *ctx)
{
	static const enum region_owner order[] = {REGION_PD, REGION_TABLE, REGION_MONITOR, REGION_KERNEL, REGION_UNKNOWN};
	const struct boot_image *img = versions->img;

	memset(s, 0, sizeof *s);
	arena_init(&s->arena);
	s->map = map;
	s->pages = xcalloc(MAP_MOST_PAGES, sizeof *s->pages);
	s->found = xcalloc(MAP_MOST_PAGES, sizeof *s->found);
	for (size_t o = 0; o < sizeof order / sizeof order[0]; o++)
		for (size_t i = 0; i < img->region_count; i++)
			if (img->regions[i].owner == order[o] && img->regions[i].size)
				add_region(s, versions, &img->regions[i], view(ctx, img->regions[i].paddr, img->regions[i].size));
	begin(s, 0);
}

void sampler_close(struct sampler *s)
{
	for (size_t i = 0; i < s->rival_count; i++)
		versions_free_rivals(s->rivals[i]);
	free(s->rivals);
	free(s->pages);
	free(s->found);
	arena_finish(&s->arena);
	memset(s, 0, sizeof *s);
}

/* ---- sampling ---- */

struct reading {
	int64_t before_us, after_us; /* it was taken between */
	bool exact;
};

/* The page is in a state that is certain, and was first seen in it at `since_us`. True: it is another than before. */
static bool settle(struct sampler *s, uint32_t i, enum page_content found, int64_t since_us, const struct reading *r)
{
	struct sampled_page *p = &s->pages[i];
	enum page_state old = p->past.state, new = page_state_after(&p->past, found);

	p->unsettled = false;
	if (new != old)
		map_add_change(s->map, i, new, p->seen_us, since_us, r->exact);
	p->seen_us = r->before_us;
	return new != old;
}

/* True: something changed. A mixture where there was none may be a page that is being written to just now. */
static bool weigh_page(struct sampler *s, uint32_t i, enum page_content found, const struct reading *r)
{
	struct sampled_page *p = &s->pages[i];

	if (found != CONTENT_OTHER || p->past.state == STATE_CHANGED)
		return settle(s, i, found, r->after_us, r);
	if (p->unsettled)
		return settle(s, i, found, p->mixture_us, r);
	if (r->exact)
		return settle(s, i, found, r->after_us, r);
	p->unsettled = true;
	p->mixture_us = r->after_us;
	return true;
}

/* When to look again: often while something happens, but never so often that it would cost the machine its pace. */
static void plan_next(struct sampler *s, const struct reading *r, bool lively)
{
	int64_t took = r->after_us - r->before_us;

	if (lively)
		s->lively_us = r->after_us;
	s->interval_us = r->after_us - s->lively_us < LIVELY_US ? SHORTEST_US : s->interval_us * 2;
	if (s->interval_us > LONGEST_US)
		s->interval_us = LONGEST_US;
	if (s->interval_us < took * SHARE)
		s->interval_us = took * SHARE;
	s->due_us = r->after_us + s->interval_us;
	if (took > s->map->slowest_us)
		s->map->slowest_us = took;
}

void sampler_take(struct sampler *s, sampler_clock *now_us, void *ctx, bool exact)
{
	struct reading r = {.before_us = now_us(ctx), .exact = exact};
	bool lively = false;

	for (uint32_t i = 0; i < s->map->page_count; i++) {
		struct sampled_page *p = &s->pages[i];

		s->found[i] = (uint8_t)page_content_of(p->memory, p->image, p->size, p->rivals);
	}
	r.after_us = now_us(ctx);
	for (uint32_t i = 0; i < s->map->page_count; i++)
		lively |= weigh_page(s, i, (enum page_content)s->found[i], &r);
	s->map->samples++;
	s->map->exact_samples += exact;
	s->map->end_us = r.after_us;
	plan_next(s, &r, lively);
}

/* ---- boots ---- */

void sampler_reset(struct sampler *s, int64_t at_us)
{
	for (uint32_t i = 0; i < s->map->page_count; i++)
		page_state_new_boot(&s->pages[i].past);
	s->lively_us = s->due_us = at_us;
	s->interval_us = SHORTEST_US;
}

void sampler_power_cycle(struct sampler *s, sampler_view *view, void *ctx, int64_t at_us)
{
	for (size_t k = 0; k < s->map->region_count; k++) {
		const struct map_region *r = &s->map->regions[k];
		const uint8_t *memory = view(ctx, r->paddr, r->size);

		for (uint32_t p = r->first; p < r->first + r->pages; p++)
			s->pages[p].memory = memory + (map_page_paddr(s->map, p) - r->paddr);
	}
	begin(s, at_us);
}
