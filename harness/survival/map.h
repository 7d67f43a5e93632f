/*
 * The survival map: what became of every page of a boot image, and when. A page's states are known at samples only, so a
 * change is an interval: the old state was last seen at its beginning, the new one first at its end.
 *
 * All times are microseconds since the session's first power-on. Memory is bounded: of very many changes the first and
 * the last are kept, and of those between how many there were on each page, when, and which states they led to.
 */
#ifndef RUNTEST_SURVIVAL_MAP_H
#define RUNTEST_SURVIVAL_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "survival/state.h"
#include "util/mem.h"

enum {
	MAP_MOST_PAGES = 4096,    /* that are sampled: 16 MiB */
	MAP_MOST_CHANGES = 16384, /* kept */
	MAP_MOST_MARKS = 512,
};

struct map_region {
	const char *name, *owner, *pd, *role, *access; /* as `runtest inspect` names them; pd NULL unless owner is pd */
	bool judged;          /* counts for the verdict; others may be written to by their owner */
	uint64_t paddr, size; /* bytes; size > 0 */
	uint32_t first, pages; /* its pages in the map's numbering */
};

/* Neighbouring pages of one region that changed alike. */
struct map_change {
	uint32_t first, count;
	enum page_state state; /* from now on */
	bool exact;            /* seen while the machine stood still */
	int64_t seen_us;       /* the old state was last seen; the same as since_us at the map's beginning */
	int64_t since_us;      /* the new state was first seen */
};

/* What is known of the changes of a page that were too many to be kept. */
struct map_thinned {
	uint32_t changes;      /* 0: there are none */
	unsigned states;       /* set of 1u << enum page_state to which they led */
	enum page_state last;  /* the state after them */
	int64_t from_us, to_us; /* since_us of the first and of the last of them */
};

enum mark_kind { MARK_POWER_ON, MARK_RESET, MARK_POWER_CYCLE, MARK_PHASE, MARK_LOOK, MARK_CONSOLE, MARK_END, MARK_KINDS };
const char *mark_kind_name(enum mark_kind k); /* "power-on", "reset", "power-cycle", "phase", "look", "console", "end" */
int mark_kind_from_name(const char *name, enum mark_kind *k); /* -1: no such kind */

struct map_mark {
	enum mark_kind kind;
	const char *name; /* "loaded"; "" where the kind says it all */
	int64_t at_us;
};

struct survival_map {
	struct arena arena; /* owns every string and the regions */
	const char *session, *image_sha256;
	struct map_region *regions;
	size_t region_count, region_room;
	uint32_t page_count;
	uint64_t left_out;       /* pages of the image beyond MAP_MOST_PAGES, or not in RAM: not sampled */
	struct map_change *changes; /* by page in the order of time */
	size_t change_count, change_room;
	struct map_thinned *thinned; /* by page; NULL: nothing was left out */
	size_t thinned_at;       /* the changes before this one came before what was left out */
	uint64_t thinned_changes;
	struct map_mark *marks;  /* in the order of time after map_sort_marks */
	size_t mark_count, mark_room;
	uint64_t thinned_marks;
	uint64_t samples, exact_samples;
	int64_t slowest_us;      /* what the longest sample took */
	int64_t end_us;          /* the last sample */
};

void map_init(struct survival_map *m);
void map_finish(struct survival_map *m);

/* Strings are copied. False: no room for its pages (size 0 has none), which are counted as left out. */
bool map_add_region(struct survival_map *m, const struct map_region *r);

/* One page came to a state. Changes of a page must come in the order of their since_us. */
void map_add_change(struct survival_map *m, uint32_t page, enum page_state state, int64_t seen_us, int64_t since_us,
		    bool exact);

/* Of very many marks the first and the last are kept. The name is copied. */
void map_add_mark(struct survival_map *m, enum mark_kind kind, const char *name, int64_t at_us);
void map_sort_marks(struct survival_map *m); /* by time; what came first stays first */

const struct map_region *map_region_of(const struct survival_map *m, uint32_t page);

/* The part of the page that its region covers: its first byte, physical, and how many. */
uint64_t map_page_paddr(const struct survival_map *m, uint32_t page);
uint64_t map_page_size(const struct survival_map *m, uint32_t page);

#endif
