/*
 * Figures of each board unit from the sessions that it had: how often it booted, how long that took, how often the lab was in
 * the way. Pure: results go in one by one, wherever they come from (journals, a history database), in any order.
 */
#ifndef RUNTEST_HEALTH_STATS_H
#define RUNTEST_HEALTH_STATS_H

#include <stddef.h>
#include <stdint.h>

#include "result/model.h"

/* Milliseconds since power-on: -1 where there is none. Nearest rank: a value that was seen. */
struct stats_time {
	int64_t median, p95;
	unsigned count; /* of which sessions */
};

struct unit_stats {
	const char *unit, *board;
	const char *since, *until;  /* when the first and the last of them began, as clock_iso() has it */
	unsigned sessions;          /* attempts that had the board, and were not cancelled or skipped */
	unsigned infra;             /* of those, ended infra */
	unsigned powered;           /* went as far as power-on ... */
	unsigned booted;            /* ... and of those got as far as the image */
	struct stats_time prompt;   /* U-Boot's first words, behind which its prompt comes */
	struct stats_time image;    /* the first words of what it booted */
	const char *infra_why;      /* of the last that ended infra; or NULL */
};

struct stats;
struct stats *stats_create(void);
void stats_destroy(struct stats *s); /* NULL is fine */

/* One attempt. What says nothing of a board (cancelled, skipped, not run, no unit) is passed over. */
void stats_add(struct stats *s, const struct session_result *r);

/* By unit, sorted by its name; of the `last` sessions of each (0: all). Valid until the next call and stats_destroy. */
const struct unit_stats *stats_units(struct stats *s, unsigned last, size_t *count);

#endif
