/*
 * May a pool of boards use this unit? The gate before a nightly run, and before any run on whichever unit is free: it
 * keeps units out that are set aside (farm/health.h). What was never checked is let in: a lab must not need a check to
 * begin with.
 */
#ifndef RUNTEST_FARM_GATE_H
#define RUNTEST_FARM_GATE_H

#include <stdbool.h>
#include <stddef.h>

#include "config/board.h"
#include "util/mem.h"

struct gate_finding {
	const struct board_unit *unit;
	bool usable;
	const char *why; /* not usable: "set aside since ... by ...: WHY", fit for a terminal; else NULL. From the arena */
};

/* A machine that a QEMU kind is by itself always is. A record that cannot be read keeps nobody out. */
struct gate_finding health_gate_unit(const struct board_unit *unit, struct arena *a);

/* All of them into found[count]; how many are usable. */
size_t health_gate(const struct board_unit *const *units, size_t count, struct gate_finding *found, struct arena *a);

#endif
