#include "session/findings.h"

#include <string.h>

#include "session/judge.h"

static bool is_code(const struct region_pages *p)
{
	return p->region->access == ACCESS_EXECUTE;
}

/* Is it asked of this region that a restart made all of it fresh, what is writable included? */
static bool must_be_fresh(const struct look *l, const struct region_pages *p)
{
	return l->demand == DEMAND_FRESH && region_is_run(p->region);
}

static bool is_readonly(const struct region *r)
{
	return r->access == ACCESS_READ || r->access == ACCESS_EXECUTE || r->kept;
}

/* Pages of a judged region that are wrong by themselves. */
static unsigned page_findings(const struct region_pages *p)
{
	unsigned cleared = p->count[PAGE_CLEARED] + p->count[PAGE_PARTLY_CLEARED], found = 0;

	if (p->poisoned)
		found |= MEMORY_NOT_LOADED;
	if (p->region->owner == REGION_KERNEL || p->region->owner == REGION_MONITOR)
		return found | (cleared || p->count[PAGE_CHANGED] > p->poisoned ? MEMORY_SYSTEM_WRONG : 0);
	if (p->count[PAGE_CHANGED] > p->poisoned)
		found |= p->region->owner == REGION_TABLE ? MEMORY_SYSTEM_WRONG : MEMORY_CHANGED;
	if (cleared && p->region->owner == REGION_TABLE)
		found |= MEMORY_TABLE_CLEARED;
	else if (cleared)
		found |= is_code(p) ? MEMORY_CODE_CLEARED : MEMORY_DATA_CLEARED;
	return found;
}

/* ---- a clear that stopped short ---- */

/* The judged pages of protection domains in a look, all together. */
struct wiped {
	uint64_t start, end;               /* from the lowest to the highest, physical */
	const struct region_pages *lowest; /* the region that begins at `start` */
	unsigned cleared, partly, others;  /* pages; others: neither, and not blank */
};

static void add_wiped(struct wiped *w, const struct region_pages *p)
{
	uint64_t end = p->region->paddr + p->region->size;

	if (!w->lowest || p->region->paddr < w->start) {
		w->start = p->region->paddr;
		w->lowest = p;
	}
	w->end = end > w->end ? end : w->end;
	w->cleared += p->count[PAGE_CLEARED];
	w->partly += p->count[PAGE_PARTLY_CLEARED];
	for (int c = 0; c < PAGE_CLASS_COUNT; c++)
		w->others += c == PAGE_CLEARED || c == PAGE_PARTLY_CLEARED || c == PAGE_BLANK ? 0 : p->count[c];
}

/* Untypeds are naturally aligned: can one begin at `start` that holds everything up to `end`? */
static bool begins_untyped(uint64_t start, uint64_t end)
{
	return end - start <= (start & -start);
}

static bool all_zero(const uint8_t *p, uint64_t n)
{
	while (n && !*p)
		p++, n--;
	return n == 0;
}

/* Has the region's first page kept its beginning, and nothing behind it? */
static bool only_beginning_kept(const struct region_pages *p)
{
	uint64_t n = p->region->size < PAGE_SIZE_4K ? p->region->size : PAGE_SIZE_4K, start = p->region->paddr;
	const struct page_range *r = p->ranges;

	return p->range_count && r->class == PAGE_PARTLY_CLEARED && r->start > start && r->end <= start + n &&
	       all_zero(p->region->bytes + (r->end - start), start + n - r->end);
}

/*
 * Memory is cleared from the top of an untyped down. When all that protection domains had is gone but for less than a
 * page, and that is what an untyped begins with, then the clear stopped short of its end. Anything less clear-cut is
 * code that was cleared.
 */
static bool is_remainder(const struct look *l)
{
	struct wiped w = {.lowest = NULL};

	for (size_t i = 0; i < l->region_count; i++)
		if (l->regions[i].judged && l->regions[i].region->owner == REGION_PD)
			add_wiped(&w, &l->regions[i]);
	return w.partly == 1 && w.cleared && !w.others && w.lowest->count[PAGE_PARTLY_CLEARED] &&
	       only_beginning_kept(w.lowest) && begins_untyped(w.start, w.end);
}

/* ---- restarts ---- */

struct restart {
	unsigned dirty, restored, stale, odd; /* pages; odd: writable ones that are neither fresh nor stale */
};

static void add_restart(struct restart *sum, const struct region_pages *p)
{
	sum->dirty += p->dirty;
	sum->restored += p->restored;
	sum->stale += p->count[PAGE_STALE];
	if (!is_readonly(p->region))
		sum->odd += p->count[PAGE_CLEARED] + p->count[PAGE_PARTLY_CLEARED] + p->count[PAGE_CHANGED];
}

static unsigned restart_findings(const struct restart *sum)
{
	if (sum->odd || (sum->stale && sum->restored))
		return MEMORY_PARTIAL;
	if (sum->stale)
		return MEMORY_STALE;
	return sum->dirty ? 0 : MEMORY_WAS_CLEAN;
}

/* ---- versions ---- */

static unsigned version_findings(const struct look *l, const char *pd)
{
	unsigned other = 0, own = 0;

	for (size_t i = 0; i < l->region_count; i++) {
		const struct region_pages *p = &l->regions[i];

		if (!p->judged || !p->region->pd || strcmp(p->region->pd, pd) != 0 || !region_is_run(p->region))
			continue;
		other += p->count[PAGE_OTHER_VERSION];
		own += p->own;
	}
	if (!other)
		return 0;
	return own ? MEMORY_MIXED : MEMORY_OTHER_VERSION;
}

/* ---- the whole look ---- */

/* Has this protection domain a page in the look that proves something? */
static bool speaks_for(const struct look *l, const char *pd)
{
	for (size_t i = 0; i < l->region_count; i++) {
		const struct region_pages *p = &l->regions[i];

		if (!p->judged || !p->region->pd || strcmp(p->region->pd, pd) != 0)
			continue;
		for (int c = 0; c < PAGE_CLASS_COUNT; c++)
			if (c != PAGE_BLANK && p->count[c])
				return true;
	}
	return false;
}

static unsigned pd_findings(const struct boot_image *img, const struct look *l, const struct witness_spec *spec)
{
	unsigned found = 0;
	bool any = false;

	for (size_t i = 0; i < img->pd_count; i++) {
		const char *pd = img->pds[i].name;

		if (spec->of && strcmp(spec->of, pd) != 0)
			continue;
		any = true;
		found |= version_findings(l, pd);
		if (!speaks_for(l, pd))
			found |= MEMORY_EMPTY;
	}
	return any ? found : MEMORY_EMPTY;
}

unsigned findings(const struct boot_image *img, const struct look *l, const struct witness_spec *spec)
{
	struct restart sum = {0};
	unsigned found = 0;
	bool fresh = false;

	for (size_t i = 0; i < l->region_count; i++) {
		const struct region_pages *p = &l->regions[i];

		if (must_be_fresh(l, p)) {
			fresh = true;
			add_restart(&sum, p);
		}
		if (p->judged && !(must_be_fresh(l, p) && !is_readonly(p->region)))
			found |= page_findings(p);
	}
	if (found && !(found & MEMORY_NOT_LOADED) && look_is_at_loaded(l))
		found = MEMORY_LOADED_WRONG; /* whoever did it, the kernel has not run yet */
	if (is_remainder(l))
		found |= MEMORY_REMAINDER;
	if (fresh)
		found |= restart_findings(&sum);
	if (!(spec->regions & WITNESS_PDS))
		return found; /* a look past the protection domains says nothing for them */
	found |= pd_findings(img, l, spec);
	return found ? found : MEMORY_INTACT;
}

void findings_untold(const struct looks *looks, unsigned *intact, unsigned *cleared)
{
	const struct look *l = looks->count ? &looks->items[looks->count - 1] : NULL;

	*intact = *cleared = 0;
	for (size_t i = 0; l && i < l->region_count; i++) {
		const struct region_pages *p = &l->regions[i];

		if (p->region->owner != REGION_PD || p->region->access != ACCESS_UNKNOWN || p->judged)
			continue;
		*intact += p->count[PAGE_INTACT];
		*cleared += p->count[PAGE_CLEARED];
	}
}

bool findings_image_is_there(const struct look *l)
{
	for (size_t i = 0; i < l->region_count; i++)
		if (l->regions[i].count[PAGE_INTACT])
			return true;
	return false;
}

unsigned findings_after_reset(unsigned found, bool failed, bool kept)
{
	return failed && kept ? found & ~(unsigned)(MEMORY_INTACT | MEMORY_EMPTY) : 0;
}
