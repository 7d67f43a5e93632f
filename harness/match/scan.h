/*
 * One pattern's way through a stream that comes in pieces: every match is found, however the pieces are cut, and the
 * same ones as if the text had come at once. No match looks at more than SCAN_WINDOW bytes, so neither memory nor time
 * runs away when a line never ends.
 */
#ifndef RUNTEST_MATCH_SCAN_H
#define RUNTEST_MATCH_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "match/pattern.h"
#include "match/text.h"
#include "match/watch.h"

/* Twice the longest match: one that begins in the first half of a window ends in it. */
enum { SCAN_WINDOW = 2 * WATCH_SPAN };

struct scan {
	struct pattern *pattern; /* borrowed */
	uint64_t pos;            /* no match that is still to be found starts before this stream offset */
	bool lost;               /* given up, see scan_next() */
};

struct scan_match {
	uint64_t start, end; /* stream offsets */
	const char *subject; /* what was searched, for pattern_groups(); valid until the text changes */
};

enum scan_result {
	SCAN_WAIT,  /* nothing (more) before further text comes */
	SCAN_FOUND,
	SCAN_LOST,  /* this search costs too much and has been given up for good: *reason; reported once */
};

/* The next match in `text`, which must still hold scan_needs() and all behind it. `ended`: no further text comes. */
enum scan_result scan_next(struct scan *s, const struct text *text, bool ended, struct scan_match *m,
			   const char **reason);

/* The first stream offset that this search may still look at. */
uint64_t scan_needs(const struct scan *s);

#endif
