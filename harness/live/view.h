/*
 * What stands at the lower end of the terminal while a run goes on: a line for each session that runs, the totals below,
 * and what a ^C has brought about. Pure: texts from what is given, whatever the terminal.
 */
#ifndef RUNTEST_LIVE_VIEW_H
#define RUNTEST_LIVE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "live/glance.h"
#include "result/model.h"
#include "util/buf.h"

/* A session that runs. Texts are borrowed. */
struct view_row {
	size_t id;                  /* by which it is found again */
	const char *board, *scenario, *variant;
	int64_t began_ms;           /* on clock_ms() */
	int64_t expected_ms;        /* how long it will probably take; -1: nobody knows */
	bool waits;                 /* for a board that somebody else has */
	const struct glance *glance; /* NULL: it shows nothing of itself */
	struct glance_seen seen;    /* as it was looked at last */
};

enum view_course { VIEW_GOES_ON, VIEW_DRAINS, VIEW_ENDS };

enum { VIEW_COLUMNS = 5 }; /* before the console's line */

struct view {
	struct view_row *rows; /* in the order in which they began */
	size_t count, room;
	const char *what, *doing;      /* becomes of them, and what goes on: "ended", "running" */
	size_t planned;                /* sessions of the run */
	unsigned ended[VERDICT_COUNT]; /* by what they came to; what has no verdict, as VERDICT_NONE */
	size_t queued;                 /* wait for their turn with somebody else, who says so */
	int64_t left_ms;               /* until the last will have ended; -1: nobody knows */
	enum view_course course;
	bool colour;
	bool one_scenario, one_variant; /* all have the same: it is not said */
	size_t widths[VIEW_COLUMNS];   /* as wide as they ever were, so that nothing jumps */
};

void view_init(struct view *v, size_t planned, bool colour);
void view_finish(struct view *v);

struct view_row *view_begin(struct view *v, size_t id); /* a new row, to be filled; good until the next call */
struct view_row *view_find(struct view *v, size_t id);  /* NULL: none */
void view_end(struct view *v, size_t id);

/* The lines, each with \n, for a terminal of that size: fewer than `rows` of them, none as wide as `columns`. */
void view_draw(struct view *v, size_t columns, size_t rows, int64_t now_ms, struct buf *out);

/* A session that has ended, on a line of its own: verdict, name, cause, how long it took. `again`: it will be tried again. */
void view_add_result(struct buf *out, const struct session_result *r, bool again, bool colour);

/* The SGR sequence of a verdict. */
const char *view_colour(enum verdict v);

/* "3.2s", "47s", "1m05s", "2h01m": as exact as one wants to see it change. */
void view_add_span(struct buf *out, int64_t ms);

#endif
