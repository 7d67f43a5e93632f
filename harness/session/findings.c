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
		found |= MEMORY_CHANGED;
	if (cleared && p->region->owner == REGION_TABLE)
		found |= MEMORY_TABLE_CLEARED;
	else if (cleared)
		found |= is_code(p) ? MEMORY_CODE_CLEARED : MEMORY_DATA_CLEARED;
	return found;
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

/* "loaded", and "loaded.2" of the second boot */
static bool is_loaded(const char *moment)
{
	static const char loaded[] = "loaded";
	size_t n = strlen(loaded);

	return strncmp(moment, loaded, n) == 0 && (!moment[n] || moment[n] == '.');
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
	if (found && !(found & MEMORY_NOT_LOADED) && is_loaded(l->moment))
		found = MEMORY_LOADED_WRONG; /* whoever did it, the kernel has not run yet */
	if (fresh)
		found |= restart_findings(&sum);
	if (!(spec->regions & WITNESS_PDS))
		return found; /* a look past the protection domains says nothing for them */
	found |= pd_findings(img, l, spec);
	return found ? found : MEMORY_INTACT;
}
