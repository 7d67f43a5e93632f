/* A switch that a command on a lab host throws. */
#include "board/power/order.h"
#include "util/mem.h"

static int ssh_act(const struct board_unit *u, enum power_state want, const struct switch_wait *wait, struct err *e)
{
	const struct power_ssh *x = u->power->ssh;
	struct buf out;
	int rc;

	buf_init(&out);
	rc = order_there(&x->at, want == POWER_ON ? x->on : x->off, wait, &out, e);
	buf_finish(&out);
	return rc;
}

static int ssh_read(const struct board_unit *u, enum power_state *state, const struct switch_wait *wait, struct err *e)
{
	const struct power_ssh *x = u->power->ssh;
	char *by = xasprintf("the state command on %s", x->at.host);
	struct buf out;
	int rc;

	buf_init(&out);
	rc = order_there(&x->at, x->state->command, wait, &out, e);
	if (rc == 0)
		rc = order_reading(&out, &x->state->on, &x->state->off, by, state, e);
	buf_finish(&out);
	free(by);
	return rc;
}

static bool ssh_readable(const struct unit_power *p)
{
	return p->ssh->state != NULL;
}

const struct switch_driver switch_ssh = {.name = "ssh", .act = ssh_act, .read = ssh_read, .readable = ssh_readable};
