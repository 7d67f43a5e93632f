#include "board/power/switch.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "util/cancel.h"
#include "util/clock.h"
#include "util/mem.h"

enum { ASK_AGAIN_MS = 100 };

struct switched {
	struct power base;
	struct power_ops ops; /* NULL where this unit's switch cannot do it */
	const struct board_unit *unit;
	const struct switch_driver *driver;
};

static struct switched *self(struct power *p)
{
	return (struct switched *)p;
}

static struct switch_wait wait_of(int64_t ms, bool stoppable)
{
	return (struct switch_wait){.deadline_ms = clock_ms() + ms, .stoppable = stoppable};
}

/* ---- obeyed? ---- */

static int pause_before_asking(const struct switch_wait *wait)
{
	struct pollfd p = {.fd = wait->stoppable ? cancel_fd() : -1, .events = POLLIN};

	return poll(&p, 1, ASK_AGAIN_MS) > 0 ? -1 : 0;
}

static int lies(enum power_state says, enum power_state want, struct err *e)
{
	err_set(e, ERR_INFRA, "the switch says \"%s\" although it was told to switch %s", power_state_name(says),
		power_state_name(want));
	return err_hint(e, "it did not obey, or \"state\" asks about another outlet: switch it by hand and watch the board");
}

/* Real switches take their time, and some do not answer while they switch: the last that it said counts. */
static int await_state(struct switched *s, enum power_state want, bool stoppable, struct err *e)
{
	struct switch_wait wait = wait_of(s->unit->power->deadline_ms, stoppable);
	enum power_state says, said = POWER_UNKNOWN;
	int rc;

	for (;;) {
		rc = s->driver->read(s->unit, &says, &wait, e);
		if (rc == 0 && says == want)
			return 0;
		if (rc < 0 && e->kind == ERR_CANCELLED)
			return -1;
		said = rc == 0 ? says : said;
		if (clock_ms() + ASK_AGAIN_MS >= wait.deadline_ms)
			return said == POWER_UNKNOWN ? -1 : lies(said, want, e);
		if (pause_before_asking(&wait) < 0)
			return err_set(e, ERR_CANCELLED, "stopped by a signal");
	}
}

static int switch_to(struct power *p, enum power_state want, bool stoppable, struct err *e)
{
	struct switched *s = self(p);
	struct switch_wait wait = wait_of(s->unit->power->deadline_ms, stoppable);
	struct err own;

	if (!e)
		e = &own;
	*e = (struct err){0};
	if (s->driver->act(s->unit, want, &wait, e) < 0)
		return -1;
	return s->ops.state ? await_state(s, want, stoppable, e) : 0;
}

/* ---- the operations ---- */

static int switched_on(struct power *p, struct err *e)
{
	return switch_to(p, POWER_ON, true, e);
}

static int switched_off(struct power *p, struct err *e)
{
	return switch_to(p, POWER_OFF, false, e);
}

static int switched_state(struct power *p, enum power_state *state, struct err *e)
{
	struct switch_wait wait = wait_of(self(p)->unit->power->deadline_ms, true);

	return self(p)->driver->read(self(p)->unit, state, &wait, e);
}

/* Who was told has done it when the order has ended. */
static int switched_request_reset(struct power *p, struct err *e)
{
	struct switch_wait wait = wait_of(self(p)->unit->reset->deadline_ms, true);

	return switch_reset(self(p)->unit, &wait, e);
}

static bool switched_reset_done(struct power *p)
{
	(void)p;
	return true;
}

static int switched_watch_fd(struct power *p)
{
	(void)p;
	return -1;
}

static void switched_destroy(struct power *p)
{
	free(p);
}

static const struct switch_driver *const drivers[] = {
	[POWER_BY_PDUDAEMON] = &switch_pdudaemon, [POWER_BY_HTTP] = &switch_http,	[POWER_BY_EXEC] = &switch_exec,
	[POWER_BY_SSH] = &switch_ssh,		  [POWER_BY_MANUAL] = &switch_manual,
};

struct power *power_create(const struct board_unit *unit)
{
	struct switched *s = xcalloc(1, sizeof *s);
	const struct switch_driver *d = drivers[unit->power->way];
	bool readable = d->readable ? d->readable(unit->power) : d->read != NULL;

	s->unit = unit;
	s->driver = d;
	s->ops = (struct power_ops){
		.name = d->name,
		.on = switched_on,
		.off = switched_off,
		.state = readable ? switched_state : NULL,
		.request_reset = unit->reset ? switched_request_reset : NULL,
		.reset_done = unit->reset ? switched_reset_done : NULL,
		.watch_fd = switched_watch_fd,
		.destroy = switched_destroy,
	};
	s->base.ops = &s->ops;
	return &s->base;
}
