/*
 * A board unit ready for one session: console, power and memory, each a driver behind its ops table. How the image
 * gets there is the load driver's; a QEMU board takes it on its command line, so it needs none.
 * Order: board_open, (poison), board_power_on, ..., board_close, which switches off.
 */
#ifndef RUNTEST_BOARD_BOARD_H
#define RUNTEST_BOARD_BOARD_H

#include "board/console/console.h"
#include "board/memory/memory.h"
#include "board/power/power.h"
#include "config/board.h"
#include "machine/machine.h"
#include "util/err.h"

struct board {
	const struct board_unit *unit;
	struct console *console;
	struct power *power;
	struct memory *memory; /* NULL: this board offers no memory witness */
	struct machine machine; /* of a QEMU board */
	struct machine_spec spec;
};

/* `image` and `log` (what the board's own tools print) must outlive the board. ERR_INFRA, or ERR_CONFIG for a unit
 * that no driver can operate. On error nothing is left open. */
int board_open(struct board *b, const struct board_unit *unit, const char *image, const char *log, struct err *e);

/* Power goes on with the console open. */
int board_power_on(struct board *b, struct err *e);

/* Off. A QEMU is told to end and not waited for, so that the time it takes is not lost; its RAM stays readable. Safe to
 * call twice. */
void board_power_off(struct board *b);

/* Off for certain, and everything given back. Safe on a board that did not open. */
void board_close(struct board *b);

#endif
