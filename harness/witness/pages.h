/*
 * The memory witness's judgement: physical memory against the image's bytes, page by page. Pure functions.
 * Pages are 4096 bytes of physical memory; of a page that a region covers in part only the covered part counts.
 */
#ifndef RUNTEST_WITNESS_PAGES_H
#define RUNTEST_WITNESS_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/bootimage.h"

enum page_class {
	PAGE_INTACT,         /* equal to the image, and the image is not all zero there */
	PAGE_CLEARED,        /* all zero, where the image is not */
	PAGE_PARTLY_CLEARED, /* every byte that differs is one of eight zeros in a row or more; some of the image's are left */
	PAGE_CHANGED,        /* differs otherwise */
	PAGE_BLANK,          /* the image is all zero there and so is memory: says nothing, never counted as survival */
	PAGE_STALE,          /* every byte that differs is as it was before the restart */
	PAGE_OTHER_VERSION,  /* equal to another image of the same protection domain */
	PAGE_CLASS_COUNT
};
/* "intact", "cleared", "partly-cleared", "changed", "blank", "stale", "other-version" */
const char *page_class_name(enum page_class c);

enum { PAGE_SIZE_4K = 4096 };

/* Put into RAM before power-on where regions will be loaded: a page that still holds it was never written. */
enum { RAM_POISON = 0xa5 };

/* Neighbouring pages (or, for partly-cleared, bytes) of one class. */
struct page_range {
	enum page_class class;
	uint64_t start, end; /* physical, end exclusive */
};

/* A page that is neither intact nor blank, as memory had it: for people, who want to see what came instead. */
struct page_kept {
	enum page_class class;
	uint64_t at;   /* offset in the region */
	size_t n;
	uint8_t memory[PAGE_SIZE_4K];
};

enum { PAGES_KEPT = 2 }; /* of a region at one look, the first ones */

/* What else a region's memory may turn out to be. Each holds region->size bytes. */
struct page_rivals {
	const uint8_t *before;        /* as it was before a restart; NULL: that is not asked */
	const uint8_t *const *others; /* other versions of the image; NULL-terminated; NULL: there are none */
};

struct region_pages {
	const struct region *region;
	bool judged;                        /* counts for the verdict */
	unsigned count[PAGE_CLASS_COUNT];
	unsigned poisoned;                  /* of the changed ones: still RAM_POISON, never loaded */
	unsigned dirty;                     /* with `before`: not as the image has it, before the restart */
	unsigned restored;                  /* of the dirty ones: as the image has it again, wholly or in part */
	unsigned own;                       /* with `others`: as the image has it, and as no other version does */
	struct page_range *ranges;          /* all but intact and blank, ascending; malloc'd */
	size_t range_count, range_room;
	struct page_kept *kept[PAGES_KEPT]; /* of a judged region; NULL: there is no further one */
};

/* Class of one stretch of memory; n >= 1. */
enum page_class page_classify(const uint8_t *memory, const uint8_t *image, size_t n);

/* Compare a region. `memory` are region->size bytes of physical memory from region->paddr on; rivals may be NULL. */
void region_pages_compare(struct region_pages *out, const struct region *region, const uint8_t *memory,
			  const struct page_rivals *rivals);
void region_pages_finish(struct region_pages *r);

/* Read-only segments are judged, and copies of writable ones that nobody has; writable ones that their owner has, and
 * those whose permissions nobody told, are only reported. */
bool region_is_judged(const struct region *region);

#endif
