/*
 * A board unit ready for one session: console, power, memory and load, each a driver behind its ops table.
 * Order: board_open, (poison), board_open_console, board_power_on, (load->ops->deliver), ..., board_close, which switches
 * off. A power cycle is board_power_off, board_renew, and then the same again from the poison on.
 */
#ifndef RUNTEST_BOARD_BOARD_H
#define RUNTEST_BOARD_BOARD_H

#include "board/console/console.h"
#include "board/load/load.h"
#include "board/memory/memory.h"
#include "board/power/power.h"
#include "config/board.h"
#include "machine/machine.h"
#include "util/err.h"

/* What the board is to boot. */
struct board_boot {
	struct load_job load;
	const char *dtb; /* file with the board's device tree, or NULL; a QEMU machine gets it where the kind adds to it */
	bool poisons;    /* memory will be filled before a reset, too */
	const char *arrivals; /* file in which a QEMU notes code at arrival_at (virtual) when it comes there; or NULL */
	uint64_t arrival_at;
	const char *log; /* file for what the board's own tools print */
	const char *mq_log; /* file for what a machine queue's client is asked and says */
	const char *args; /* file for the command line that a QEMU was started with */
};

struct board {
	const struct board_unit *unit;
	struct console *console;
	struct power *power;
	struct memory *memory; /* NULL: this board offers no memory witness */
	struct load *load;
	int64_t discharge_ms;   /* hardware: how long it must be off before it is switched on again */
	struct machine machine; /* of a QEMU board */
	struct machine_spec spec;
};

/* `boot` must outlive the board. ERR_INFRA, or ERR_CONFIG for a unit that no driver can operate. On error nothing is
 * left open. */
int board_open(struct board *b, const struct board_unit *unit, const struct board_boot *boot, struct err *e);

/* Why what happens on this board cannot be recorded so that it could be run again, or NULL: it can. */
const char *board_cannot_record(const struct board *b);

/* The next time power goes on, record into this file, which must outlive that; NULL: do not. */
void board_record(struct board *b, const char *path);

/* The console, where it can be open while power is off: what was on the line can be heard out then. Safe to call twice. */
int board_open_console(struct board *b, struct err *e);

/* Power goes on with the console open. */
int board_power_on(struct board *b, struct err *e);

/*
 * Off. A QEMU is told to end and not waited for, so that the time it takes is not lost; its RAM stays readable. Safe to
 * call twice. Of hardware this is the switch's word, and never cancelled: ERR_INFRA when the switch failed, or says that
 * it did not.
 */
int board_power_off(struct board *b, struct err *e);

/* Is it hardware, which somebody has to switch for certain? */
bool board_is_switched(const struct board *b);

/* It was switched off: wait until a QEMU that was told to end has. Its RAM stays readable. */
void board_await_off(struct board *b);

/* It is off, and is to be as board_open leaves it: a QEMU board has fresh RAM, and debuggers are met anew. */
int board_renew(struct board *b, struct err *e);

/* How the board's debugger resets it, where that is how it is reset; else NULL: the power switch does. */
const char *board_reset_command(const struct board *b);

/* Off, and everything given back. Safe on a board that did not open. */
void board_close(struct board *b);

/* The same, but hardware stays as it was switched: for who has switched it off and seen it off, or works by hand. */
void board_leave(struct board *b);

#endif
