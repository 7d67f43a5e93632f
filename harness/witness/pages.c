#include "witness/pages.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

/* A page whose bytes survived here and there would give thousands of ranges: from this one on they are one. */
enum { MAX_RUNS_PER_PAGE = 32 };

const char *page_class_name(enum page_class c)
{
	static const char *const names[PAGE_CLASS_COUNT] = {
		[PAGE_INTACT] = "intact",   [PAGE_CLEARED] = "cleared", [PAGE_PARTLY_CLEARED] = "partly-cleared",
		[PAGE_CHANGED] = "changed", [PAGE_BLANK] = "blank",
	};

	return names[c];
}

/* Every byte equals the first: memcmp against itself one byte further on runs at memory speed. */
static bool all_are(const uint8_t *p, size_t n, uint8_t value)
{
	return p[0] == value && memcmp(p, p + 1, n - 1) == 0;
}

/* Only asked of stretches that differ: is zero all that came over it? */
static bool only_zeroed(const uint8_t *memory, const uint8_t *image, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (memory[i] && memory[i] != image[i])
			return false;
	return true;
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

static void compare_page(struct region_pages *r, uint64_t paddr, const uint8_t *memory, const uint8_t *image, size_t n)
{
	enum page_class class = page_classify(memory, image, n);

	r->count[class]++;
	if (class == PAGE_CHANGED && all_are(memory, n, RAM_POISON))
		r->poisoned++;
	if (class == PAGE_PARTLY_CLEARED)
		add_runs(r, paddr, memory, image, n);
	else if (class != PAGE_INTACT && class != PAGE_BLANK)
		add_range(r, class, paddr, paddr + n);
}

/* The region is as it should be: only how much of it is blank is left to be told, which the image knows. */
static void count_healthy(struct region_pages *r, const uint8_t *image, size_t n)
{
	r->count[all_are(image, n, 0) ? PAGE_BLANK : PAGE_INTACT]++;
}

void region_pages_compare(struct region_pages *out, const struct region *region, const uint8_t *memory)
{
	bool healthy = region->size == 0 || memcmp(memory, region->bytes, region->size) == 0;
	uint64_t n;

	memset(out, 0, sizeof *out);
	out->region = region;
	out->judged = region_is_judged(region);
	for (uint64_t at = 0; at < region->size; at += n) {
		n = PAGE_SIZE_4K - (region->paddr + at) % PAGE_SIZE_4K;
		n = n < region->size - at ? n : region->size - at;
		if (healthy)
			count_healthy(out, region->bytes + at, n);
		else
			compare_page(out, region->paddr + at, memory + at, region->bytes + at, n);
	}
}

void region_pages_finish(struct region_pages *r)
{
	free(r->ranges);
	memset(r, 0, sizeof *r);
}

bool region_is_judged(const struct region *region)
{
	if (region->owner == REGION_UNKNOWN || region->access == ACCESS_UNKNOWN)
		return false;
	return region->access != ACCESS_WRITE || region->kept;
}
