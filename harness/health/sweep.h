/*
 * Boards that were left on: marked as powered (farm/powered.h) while nobody has them, because whoever had them was killed.
 * The sweep switches them off, sees that they are, and takes the mark away. What a person left on by hand is left to that
 * person for a while.
 */
#ifndef RUNTEST_HEALTH_SWEEP_H
#define RUNTEST_HEALTH_SWEEP_H

#include <stdint.h>

#include "config/board.h"
#include "util/err.h"

enum { SWEEP_HAND_HOURS = 12 }; /* how long a board may stay on that a person switched on by hand */

enum sweep_end {
	SWEEP_NOTHING,   /* it is not marked as powered */
	SWEEP_BUSY,      /* somebody has it, and will see to it */
	SWEEP_BY_HAND,   /* a person left it on, not long ago */
	SWEEP_NO_SWITCH, /* marked, and there is nothing to switch it with */
	SWEEP_OFF,       /* it was on, and is off for certain */
	SWEEP_UNSURE,    /* told to go off, and nobody can tell whether it did: the mark stays */
	SWEEP_FAILED,    /* err says why; the mark stays */
};

/*
 * One unit of hardware. Its lock is waited for until deadline_ms on clock_ms() (0: not at all). A mark by hand counts from
 * `hand_limit_ms` after it was made, and not while the unit is reserved; any other counts in spite of a reservation. *text: what was done or found, one sentence, malloc'd; NULL for SWEEP_NOTHING and
 * SWEEP_FAILED.
 */
enum sweep_end sweep_unit(const struct board_unit *u, int64_t hand_limit_ms, int64_t deadline_ms, char **text, struct err *e);

#endif
