/*
 * How long somebody may keep a board that others want: limits.yaml in the folder of docs/working-by-hand.md, which whoever
 * runs the boards writes, for all projects that share them.
 *
 *	max-hold: 8h    a reservation, from its beginning to its end
 *	idle: 1h        a reservation that nobody makes use of, a console at which nothing is typed
 */
#ifndef RUNTEST_FARM_LIMITS_H
#define RUNTEST_FARM_LIMITS_H

#include <stdint.h>

#include "util/err.h"

#define LIMITS_FILE "limits.yaml"

struct limits {
	int64_t max_hold_ms, idle_ms;
};

/* What the file says, and the above where it says nothing or is not there. ERR_CONFIG for its first mistake. */
int limits_read(struct limits *l, struct err *e);

#endif
