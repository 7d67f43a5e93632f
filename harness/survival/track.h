/*
 * A survival map made ready for drawing: every page's states in the order of time, and a stretch of time divided into
 * columns with one state each.
 */
#ifndef RUNTEST_SURVIVAL_TRACK_H
#define RUNTEST_SURVIVAL_TRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "survival/map.h"
#include "util/buf.h"

/* One state of one page; it lasts until the next one's since_us. */
struct stretch {
	enum page_state state;
	bool exact;
	int64_t seen_us, since_us; /* as of struct map_change */
	const struct map_thinned *thinned; /* instead of a state: so much happened, until the next stretch; else NULL */
};

struct map_tracks {
	const struct survival_map *map; /* borrowed */
	struct stretch *items;          /* page after page */
	size_t *first;                  /* by page; one more for the end */
};

void tracks_make(struct map_tracks *t, const struct survival_map *m);
void tracks_finish(struct map_tracks *t);

/* A page's last state. */
enum page_state tracks_last_state(const struct map_tracks *t, uint32_t page);

/* Did both pages come to the same states at the same times? */
bool tracks_alike(const struct map_tracks *t, uint32_t a, uint32_t b);

/* From a little before the first change (nothing happens before the image is loaded) to the end. */
struct map_view {
	int64_t from_us, to_us;
	size_t columns;
};
struct map_view map_view_of(const struct survival_map *m, size_t columns);
size_t map_view_column(const struct map_view *v, int64_t at_us); /* of a time in the view, or the nearest */

/* How a column of a page is drawn. */
enum shade {
	SHADE_STATES = STATE_COUNT, /* below: the page's state */
	SHADE_WRITTEN = STATE_COUNT, /* changed, in a region that its owner may write to */
	SHADE_THINNED,               /* too much happened to be kept */
	SHADE_COUNT
};
struct cell {
	uint8_t shade;
	bool unsure; /* it came to this state somewhere in here, between two samples */
};
const char *shade_name(enum shade s);    /* a page state's name, "written", "thinned" */
const char *shade_meaning(enum shade s); /* a few words for a legend */

/* out[v->columns]. A column in which a page was cleared, or changed though nobody may, shows that; else its end. */
void tracks_cells(const struct map_tracks *t, uint32_t page, const struct map_view *v, struct cell *out);

/* Pages that are drawn as one: as many from `page` on, in the same region, as have the same columns. `cells` gets them. */
uint32_t tracks_band(const struct map_tracks *t, uint32_t page, const struct map_view *v, struct cell *cells);

/* Marks that fall on one column, or near it. */
struct mark_group {
	size_t first, count; /* in map->marks */
	size_t column;
};
/* Marks within `near` columns of a group's first one join it. The groups are malloc'd; *count says how many. */
struct mark_group *marks_group(const struct survival_map *m, const struct map_view *v, size_t near, size_t *count);

/* "look loaded", "phase kernel", "power-on"; several are joined by commas, those that repeat or are many are counted. */
void marks_say(struct buf *out, const struct survival_map *m, const struct mark_group *g);

/* "3 cleared since 66.5 ms", "2 intact, 1 changed": where the region's pages ended up. */
void region_say(struct buf *out, const struct map_tracks *t, const struct map_region *r);

/* "57.9 ms", "12.3 s" */
void time_say(struct buf *out, int64_t us);

/* A step for marks on a time axis that divides it into at most `most` parts: 1, 2 or 5 times a power of ten. */
int64_t axis_step(const struct map_view *v, int most);

#endif
