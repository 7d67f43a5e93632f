/*
 * Was a board that was told to go off really off? No single sign proves it: a switch may lie, an idle prompt is as silent
 * as a dead board, and a board without a console line says nothing either way. The rule that weighs them; pure.
 */
#ifndef RUNTEST_BOARD_POWER_VERIFY_H
#define RUNTEST_BOARD_POWER_VERIFY_H

#include <stdbool.h>

#include "board/power/power.h"

/* What the console said after the power-on that followed. */
enum next_start {
	NEXT_START_AHEAD,  /* there was none so far */
	NEXT_START_FRESH,  /* what only a start from nothing prints: the firmware's banner */
	NEXT_START_STALE,  /* something, but no such banner: the same software went on */
	NEXT_START_MUTE,   /* nothing */
};

struct off_signs {
	enum power_state state; /* read back after off; POWER_UNKNOWN: the switch cannot be asked */
	bool talked;            /* the console said something during the unit's `silence` after off */
	enum next_start next;
};

enum off_outcome {
	OFF_SO_FAR,  /* nothing speaks against it; the next start will tell */
	OFF_PROVEN,  /* it was off */
	OFF_UNSURE,  /* the signs contradict each other, or there are none: no verdict may rest on it */
	OFF_REFUTED, /* it was not */
};

struct off_finding {
	enum off_outcome outcome;
	const char *text; /* what the signs say, one sentence without a full stop */
	const char *hint; /* what to look at, or NULL */
};

struct off_finding off_verify(const struct off_signs *signs);

#endif
