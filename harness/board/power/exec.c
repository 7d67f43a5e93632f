/* A switch that a program of this machine throws: snmpset, ipmitool, uhubctl, usbrelay, sispmctl, a script. */
#include "board/power/order.h"

static int exec_act(const struct board_unit *u, enum power_state want, const struct switch_wait *wait, struct err *e)
{
	const struct power_exec *x = u->power->exec;
	struct buf out;
	int rc;

	buf_init(&out);
	rc = order_here(want == POWER_ON ? x->on : x->off, wait, &out, e);
	buf_finish(&out);
	return rc;
}

static int exec_read(const struct board_unit *u, enum power_state *state, const struct switch_wait *wait, struct err *e)
{
	const struct power_exec_state *s = u->power->exec->state;
	struct buf out;
	int rc;

	buf_init(&out);
	rc = order_here(s->command, wait, &out, e);
	if (rc == 0)
		rc = order_reading(&out, &s->on, &s->off, s->command[0], state, e);
	buf_finish(&out);
	return rc;
}

static bool exec_readable(const struct unit_power *p)
{
	return p->exec->state != NULL;
}

const struct switch_driver switch_exec = {
	.name = "exec", .act = exec_act, .read = exec_read, .readable = exec_readable};
