#include "survival/map.h"

#include <stdlib.h>
#include <string.h>

#include "witness/pages.h"

const char *mark_kind_name(enum mark_kind k)
{
	static const char *const names[MARK_KINDS] = {
		[MARK_POWER_ON] = "power-on", [MARK_RESET] = "reset", [MARK_POWER_CYCLE] = "power-cycle",
		[MARK_PHASE] = "phase",       [MARK_LOOK] = "look",   [MARK_CONSOLE] = "console",
		[MARK_END] = "end",
	};

	return names[k];
}

int mark_kind_from_name(const char *name, enum mark_kind *k)
{
	for (int i = 0; i < MARK_KINDS; i++)
		if (strcmp(name, mark_kind_name((enum mark_kind)i)) == 0) {
			*k = (enum mark_kind)i;
			return 0;
		}
	return -1;
}

void map_init(struct survival_map *m)
{
	memset(m, 0, sizeof *m);
	arena_init(&m->arena);
}

void map_finish(struct survival_map *m)
{
	for (size_t i = 0; i < m->mark_count; i++)
		free((char *)m->marks[i].name);
	free(m->marks);
	free(m->changes);
	free(m->thinned);
	arena_finish(&m->arena);
	memset(m, 0, sizeof *m);
}

static uint64_t pages_of(const struct map_region *r)
{
	uint64_t offset = r->paddr % PAGE_SIZE_4K;

	return r->size / PAGE_SIZE_4K + (r->size % PAGE_SIZE_4K + offset + PAGE_SIZE_4K - 1) / PAGE_SIZE_4K;
}

bool map_add_region(struct survival_map *m, const struct map_region *r)
{
	struct arena *a = &m->arena;
	uint64_t pages = r->size ? pages_of(r) : 0;

	if (!pages || pages > MAP_MOST_PAGES - m->page_count) {
		m->left_out += pages;
		return false;
	}
	m->regions = arena_grow(a, m->regions, &m->region_room, m->region_count + 1, sizeof *m->regions);
	m->regions[m->region_count++] = (struct map_region){
		.name = arena_strdup(a, r->name),
		.owner = arena_strdup(a, r->owner),
		.pd = arena_strdup(a, r->pd),
		.role = arena_strdup(a, r->role),
		.access = arena_strdup(a, r->access),
		.judged = r->judged,
		.paddr = r->paddr,
		.size = r->size,
		.first = m->page_count,
		.pages = (uint32_t)pages,
	};
	m->page_count += (uint32_t)pages;
	return true;
}

/* ---- changes ---- */

static void thin_page(struct map_thinned *t, const struct map_change *c)
{
	if (!t->changes++)
		t->from_us = c->since_us;
	t->states |= 1u << c->state;
	t->last = c->state;
	t->to_us = c->since_us;
}

/* Half of the room is for the first changes, which stay; of the others the older half is only counted from now on. */
static void thin(struct survival_map *m)
{
	size_t from = MAP_MOST_CHANGES / 2, n = MAP_MOST_CHANGES / 4;

	if (!m->thinned)
		m->thinned = xcalloc(m->page_count, sizeof *m->thinned);
	for (size_t i = from; i < from + n; i++) {
		const struct map_change *c = &m->changes[i];

		for (uint32_t p = c->first; p < c->first + c->count; p++)
			thin_page(&m->thinned[p], c);
		m->thinned_changes += c->count;
	}
	memmove(&m->changes[from], &m->changes[from + n], (m->change_count - from - n) * sizeof *m->changes);
	m->change_count -= n;
	m->thinned_at = from;
}

/* Does it go on where the last one ends, in the same region? */
static bool joins(const struct survival_map *m, const struct map_change *last, uint32_t page)
{
	return last->first + last->count == page && map_region_of(m, page) == map_region_of(m, last->first);
}

void map_add_change(struct survival_map *m, uint32_t page, enum page_state state, int64_t seen_us, int64_t since_us,
		    bool exact)
{
	struct map_change *last = m->change_count ? &m->changes[m->change_count - 1] : NULL;

	if (last && last->state == state && last->seen_us == seen_us && last->since_us == since_us &&
	    last->exact == exact && joins(m, last, page)) {
		last->count++;
		return;
	}
	if (last && m->change_count == MAP_MOST_CHANGES)
		thin(m);
	m->changes = xgrow(m->changes, &m->change_room, m->change_count + 1, sizeof *m->changes);
	m->changes[m->change_count++] = (struct map_change){page, 1, state, exact, seen_us, since_us};
}

/* ---- marks ---- */

void map_add_mark(struct survival_map *m, enum mark_kind kind, const char *name, int64_t at_us)
{
	size_t keep = MAP_MOST_MARKS / 2;

	if (m->mark_count == MAP_MOST_MARKS) {
		free((char *)m->marks[keep].name);
		memmove(&m->marks[keep], &m->marks[keep + 1], (m->mark_count - keep - 1) * sizeof *m->marks);
		m->mark_count--;
		m->thinned_marks++;
	}
	m->marks = xgrow(m->marks, &m->mark_room, m->mark_count + 1, sizeof *m->marks);
	m->marks[m->mark_count++] = (struct map_mark){kind, xstrdup(name), at_us};
}

/* By insertion: they come nearly in order, and are few. */
void map_sort_marks(struct survival_map *m)
{
	for (size_t i = 1; i < m->mark_count; i++) {
		struct map_mark mark = m->marks[i];
		size_t k = i;

		for (; k > 0 && m->marks[k - 1].at_us > mark.at_us; k--)
			m->marks[k] = m->marks[k - 1];
		m->marks[k] = mark;
	}
}

/* ---- pages ---- */

const struct map_region *map_region_of(const struct survival_map *m, uint32_t page)
{
	size_t low = 0, high = m->region_count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (m->regions[middle].first <= page)
			low = middle;
		else
			high = middle;
	}
	return &m->regions[low];
}

uint64_t map_page_paddr(const struct survival_map *m, uint32_t page)
{
	const struct map_region *r = map_region_of(m, page);
	uint64_t base = r->paddr - r->paddr % PAGE_SIZE_4K;

	return page == r->first ? r->paddr : base + (uint64_t)(page - r->first) * PAGE_SIZE_4K;
}

uint64_t map_page_size(const struct survival_map *m, uint32_t page)
{
	const struct map_region *r = map_region_of(m, page);
	uint64_t at = map_page_paddr(m, page), room = PAGE_SIZE_4K - at % PAGE_SIZE_4K, left = r->paddr + r->size - at;

	return left < room ? left : room;
}
