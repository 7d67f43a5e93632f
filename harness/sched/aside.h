/*
 * Board units that are set aside (farm/health.h), as a run sees them: looked up at most once a second, and told of what
 * its sessions came to. Inner part of the room.
 */
#ifndef RUNTEST_SCHED_ASIDE_H
#define RUNTEST_SCHED_ASIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/board.h"

struct aside_unit {
	const struct board_unit *unit;
	bool is_aside, had_infra; /* as it was when it was looked up */
	char *why;                /* of a unit set aside */
	int64_t looked_ms;        /* on clock_ms(); 0: never */
};

struct aside {
	struct aside_unit *units;
	size_t count, room;
};

/* Why the unit is not to be used: a sentence, until the next call for it; or NULL. QEMU's machines never are set aside. */
const char *aside_why(struct aside *a, const struct board_unit *u);

/*
 * Why none of them is to be used, or NULL: at least one may be.
 */
const char *aside_all(struct aside *a, const struct board_unit *const *units, size_t count);

/* An attempt on it has ended, in this run. Did this set it aside? */
bool aside_note(struct aside *a, const struct board_unit *u, bool infra, const char *why, const char *run);

void aside_finish(struct aside *a);

#endif
