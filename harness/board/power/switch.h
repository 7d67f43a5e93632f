/*
 * What all switches of real boards have in common: one order with a deadline, and then, where the switch can be asked,
 * asking until it says that it has obeyed. One that never does is a switch that lies, and an error.
 */
#ifndef RUNTEST_BOARD_POWER_SWITCH_H
#define RUNTEST_BOARD_POWER_SWITCH_H

#include <stdbool.h>
#include <stdint.h>

#include "board/power/power.h"
#include "config/board.h"

struct switch_wait {
	int64_t deadline_ms; /* on clock_ms() */
	bool stoppable;      /* a signal that ends the program ends this, too */
};

/* One way to switch. Errors are ERR_INFRA or ERR_CANCELLED. */
struct switch_driver {
	const char *name;
	int (*act)(const struct board_unit *u, enum power_state want, const struct switch_wait *wait, struct err *e);
	/* What it says; NULL: it cannot be asked. */
	int (*read)(const struct board_unit *u, enum power_state *state, const struct switch_wait *wait, struct err *e);
	bool (*readable)(const struct unit_power *p); /* can this unit's be asked? NULL: as `read` says */
};

extern const struct switch_driver switch_pdudaemon, switch_http, switch_exec, switch_ssh, switch_manual;

/* The reset that the unit's `reset` section describes. */
int switch_reset(const struct board_unit *u, const struct switch_wait *wait, struct err *e);

#endif
