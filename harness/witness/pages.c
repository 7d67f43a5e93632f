#include "witness/pages.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

/* A page whose bytes survived here and there would give thousands of ranges: from this one on they are one. */
enum { MAX_RUNS_PER_PAGE = 32 };

enum { WORD = 8 }; /* bytes: the least that a clear writes at once */

const char *page_class_name(enum page_class c)
{
	static const char *const names[PAGE_CLASS_COUNT] = {
		[PAGE_INTACT] = "intact",   [PAGE_CLEARED] = "cleared", [PAGE_PARTLY_CLEARED] = "partly-cleared",
		[PAGE_CHANGED] = "changed", [PAGE_BLANK] = "blank",     [PAGE_STALE] = "stale",
		[PAGE_OTHER_VERSION] = "other-version",
	};

	return names[c];
}

/* Every byte equals the first: memcmp against itself one byte further on runs at memory speed. */
static bool all_are(const uint8_t *p, size_t n, uint8_t value)
{
	return p[0] == value && memcmp(p, p + 1, n - 1) == 0;
}

/*
 * Only asked of stretches that differ: is zero all that came over it? Memory is cleared by words: a byte that became zero
 * among bytes that did not was written, or flipped, by somebody else.
 */
static bool only_zeroed(const uint8_t *memory, const uint8_t *image, size_t n)
{
	size_t run = 0; /* zero bytes in a row */
	bool differs = false;

	for (size_t i = 0; i < n; i++) {
		if (memory[i] && (memory[i] != image[i] || (differs && run < WORD)))
			return false;
		run = memory[i] ? 0 : run + 1;
		differs = !memory[i] && (differs || image[i]);
	}
	return !differs || run >= WORD;
}

enum page_class page_classify(const uint8_t *memory, const uint8_t *image, size_t n)
{
	if (memcmp(memory, image, n) == 0)
		return all_are(image, n, 0) ? PAGE_BLANK : PAGE_INTACT;
	if (all_are(memory, n, 0))
		return PAGE_CLEARED;
	return only_zeroed(memory, image, n) ? PAGE_PARTLY_CLEARED : PAGE_CHANGED;
}

static void add_range(struct region_pages *r, enum page_class class, uint64_t start, uint64_t end)
{
	struct page_range *last = r->range_count ? &r->ranges[r->range_count - 1] : NULL;

	if (last && last->class == class && last->end == start) {
		last->end = end;
		return;
	}
	r->ranges = xgrow(r->ranges, &r->range_room, r->range_count + 1, sizeof *r->ranges);
	r->ranges[r->range_count++] = (struct page_range){class, start, end};
}

/*
 * The stretches that were zeroed, each from its first to its last byte that differs: bytes that are zero in the image
 * as well belong to a stretch when it goes on behind them. A byte that survived ends it.
 */
static void add_runs(struct region_pages *r, uint64_t paddr, const uint8_t *memory, const uint8_t *image, size_t n)
{
	size_t runs = 0, start = 0, end = 0; /* end == 0: none is open */

	for (size_t i = 0; i < n; i++) {
		if (memory[i] != image[i]) {
			start = end ? start : i;
			end = i + 1;
		} else if (memory[i] && end && runs + 1 < MAX_RUNS_PER_PAGE) {
			add_range(r, PAGE_PARTLY_CLEARED, paddr + start, paddr + end);
			runs++;
			end = 0;
		}
	}
	if (end)
		add_range(r, PAGE_PARTLY_CLEARED, paddr + start, paddr + end);
}

/* ---- what else it may be ---- */

/* A page that is all zero is no version's, whatever else is zero. */
static bool is_other_version(const struct page_rivals *rivals, uint64_t at, const uint8_t *memory, size_t n)
{
	if (all_are(memory, n, 0))
		return false;
	for (const uint8_t *const *other = rivals->others; other && *other; other++)
		if (memcmp(memory, *other + at, n) == 0)
			return true;
	return false;
}

/* Asked of a page that differs. `restored`: some byte that was another is the image's again. */
static bool is_stale(const uint8_t *before, const uint8_t *memory, const uint8_t *image, size_t n, bool *restored)
{
	*restored = false;
	for (size_t i = 0; i < n; i++) {
		if (memory[i] != image[i] && memory[i] != before[i])
			return false;
		*restored |= memory[i] == image[i] && before[i] != image[i];
	}
	return true;
}

static bool is_own(const struct page_rivals *rivals, uint64_t at, const uint8_t *memory, size_t n)
{
	return rivals->others && rivals->others[0] && !is_other_version(rivals, at, memory, n);
}

/* The class with what the rivals say, which count as well. `at` is the page's offset in the region. */
static enum page_class weigh_rivals(struct region_pages *r, const struct page_rivals *rivals, uint64_t at,
				    enum page_class class, const uint8_t *memory, size_t n)
{
	const uint8_t *image = r->region->bytes + at, *before = rivals->before ? rivals->before + at : NULL;
	bool dirty = before && memcmp(before, image, n) != 0, restored = false;

	r->dirty += dirty;
	if (class == PAGE_INTACT || class == PAGE_BLANK) {
		r->restored += dirty;
		r->own += class == PAGE_INTACT && is_own(rivals, at, memory, n);
		return class;
	}
	if (is_other_version(rivals, at, memory, n))
		return PAGE_OTHER_VERSION;
	if (!dirty || !is_stale(before, memory, image, n, &restored))
		return class;
	r->restored += restored;
	return PAGE_STALE;
}

/* ---- regions ---- */

static void keep_page(struct region_pages *r, enum page_class class, uint64_t at, const uint8_t *memory, size_t n)
{
	for (size_t i = 0; i < PAGES_KEPT && r->judged; i++) {
		if (r->kept[i])
			continue;
		r->kept[i] = xmalloc(sizeof *r->kept[i]);
		*r->kept[i] = (struct page_kept){.class = class, .at = at, .n = n};
		memcpy(r->kept[i]->memory, memory, n);
		return;
	}
}

static void note_page(struct region_pages *r, enum page_class class, uint64_t at, const uint8_t *memory, size_t n)
{
	uint64_t paddr = r->region->paddr + at;

	r->count[class]++;
	if (class != PAGE_INTACT && class != PAGE_BLANK)
		keep_page(r, class, at, memory, n);
	if (class == PAGE_CHANGED && all_are(memory, n, RAM_POISON))
		r->poisoned++;
	if (class == PAGE_PARTLY_CLEARED)
		add_runs(r, paddr, memory, r->region->bytes + at, n);
	else if (class != PAGE_INTACT && class != PAGE_BLANK)
		add_range(r, class, paddr, paddr + n);
}

/* Of a region that is as it should be only the image needs to be looked at, unless there are rivals. */
static void compare_page(struct region_pages *r, uint64_t at, const uint8_t *memory, size_t n, bool healthy,
			 const struct page_rivals *rivals)
{
	const uint8_t *image = r->region->bytes + at;
	enum page_class class;

	if (healthy)
		class = all_are(image, n, 0) ? PAGE_BLANK : PAGE_INTACT;
	else
		class = page_classify(memory + at, image, n);
	if (rivals)
		class = weigh_rivals(r, rivals, at, class, memory + at, n);
	note_page(r, class, at, memory + at, n);
}

void region_pages_compare(struct region_pages *out, const struct region *region, const uint8_t *memory,
			  const struct page_rivals *rivals)
{
	bool healthy = region->size == 0 || memcmp(memory, region->bytes, region->size) == 0;
	uint64_t n;

	memset(out, 0, sizeof *out);
	out->region = region;
	out->judged = region_is_judged(region);
	for (uint64_t at = 0; at < region->size; at += n) {
		n = PAGE_SIZE_4K - (region->paddr + at) % PAGE_SIZE_4K;
		n = n < region->size - at ? n : region->size - at;
		compare_page(out, at, memory, (size_t)n, healthy, rivals);
	}
}

void region_pages_finish(struct region_pages *r)
{
	for (size_t i = 0; i < PAGES_KEPT; i++)
		free(r->kept[i]);
	free(r->ranges);
	memset(r, 0, sizeof *r);
}

bool region_is_judged(const struct region *region)
{
	if (region->owner == REGION_UNKNOWN || region->access == ACCESS_UNKNOWN)
		return false;
	return region->access != ACCESS_WRITE || region->kept;
}
