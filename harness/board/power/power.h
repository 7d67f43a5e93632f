/* A power switch. `off` leaves the board off whatever state it was in, and is safe to call twice. */
#ifndef RUNTEST_BOARD_POWER_H
#define RUNTEST_BOARD_POWER_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

struct power;

/* How power went without being asked. */
struct power_loss {
	bool by_guest;  /* the software switched the machine off or reset it in good order */
	char text[512]; /* "QEMU exited with status 1" */
};

enum power_state { POWER_OFF, POWER_ON, POWER_UNKNOWN };

struct power_ops {
	const char *name;
	/* Ended early by a signal that ends the program: ERR_CANCELLED. */
	int (*on)(struct power *p, struct err *e);
	/* Goes on whatever signal came. ERR_INFRA: the switch did not do it, or says (`state`) that it is on. */
	int (*off)(struct power *p, struct err *e);
	/* What the switch itself says, now. NULL: it cannot be asked, and power_state() knows nothing. */
	int (*state)(struct power *p, enum power_state *state, struct err *e);
	/*
	 * Reset the board, power and RAM kept; NULL where that cannot be done. A board whose memory driver can make it
	 * stand still does so before, and still does when `reset_done` says so.
	 */
	int (*request_reset)(struct power *p, struct err *e);
	bool (*reset_done)(struct power *p);
	int (*watch_fd)(struct power *p);                           /* readable once power has gone by itself; or -1 */
	void (*lost)(struct power *p, struct power_loss *how);      /* after watch_fd polled readable, once */
	void (*destroy)(struct power *p);
};

struct power {
	const struct power_ops *ops;
};

void power_destroy(struct power *p); /* NULL is fine; does not switch */

/* Read back, or POWER_UNKNOWN where that cannot be done. ERR_INFRA, ERR_CANCELLED. */
int power_state(struct power *p, enum power_state *state, struct err *e);

const char *power_state_name(enum power_state s); /* "off" */

struct board_unit;
/* The switch that the unit's `power` section describes, with what its `reset` section can do. The unit is borrowed. */
struct power *power_create(const struct board_unit *unit);

/* Nothing to switch: on and off are no more than said. */
struct power *power_none_create(void);

struct machine;
struct machine_spec;
/* Power of a QEMU machine: its process. Both are borrowed. */
struct power *power_qemu_create(struct machine *m, const struct machine_spec *spec);

#endif
