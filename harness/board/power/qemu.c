/* Power of a QEMU machine is its process: on starts it, off ends it. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "board/power/power.h"
#include "machine/machine.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/proc.h"

struct qemu_power {
	struct power base;
	struct machine *machine;         /* borrowed */
	const struct machine_spec *spec; /* borrowed */
};

static struct qemu_power *self(struct power *p)
{
	return (struct qemu_power *)p;
}

static int qemu_on(struct power *p, struct err *e)
{
	return machine_start(self(p)->machine, self(p)->spec, e);
}

static int qemu_off(struct power *p, struct err *e)
{
	(void)e;
	machine_kill(self(p)->machine); /* board_close waits for its end */
	return 0;
}

static int qemu_request_reset(struct power *p, struct err *e)
{
	return machine_request_reset(self(p)->machine, e);
}

/* The answer comes through the control socket, which the memory driver pumps. */
static bool qemu_reset_done(struct power *p)
{
	return self(p)->machine->state == MACHINE_STOPPED;
}

static int qemu_watch_fd(struct power *p)
{
	return self(p)->machine->pidfd;
}

/*
 * Did the software end the machine? QEMU's event about that may be lost in its own haste to end, so it is concluded: a
 * QEMU that came up, ended in good order, and was not told to by anybody (it says so in its log, before it ends).
 */
static bool ended_by_guest(const struct qemu_power *p)
{
	const struct machine *m = p->machine;
	struct buf said;
	bool told;

	buf_init(&said);
	told = file_read(p->spec->log, &said, NULL) < 0 || (said.data && strstr(said.data, "terminating on signal"));
	buf_finish(&said);
	return m->greeted && !m->ended_by_host && !told && WIFEXITED(m->wait_status) && WEXITSTATUS(m->wait_status) == 0;
}

static void qemu_lost(struct power *p, struct power_loss *how)
{
	struct machine *m = self(p)->machine;
	char status[96];

	machine_reap(m);
	how->by_guest = ended_by_guest(self(p));
	snprintf(how->text, sizeof how->text, "QEMU %s", proc_status_text(m->wait_status, status, sizeof status));
}

static void qemu_destroy(struct power *p)
{
	free(p);
}

static const struct power_ops qemu_ops = {
	.name = "qemu",
	.on = qemu_on,
	.off = qemu_off,
	.request_reset = qemu_request_reset,
	.reset_done = qemu_reset_done,
	.watch_fd = qemu_watch_fd,
	.lost = qemu_lost,
	.destroy = qemu_destroy,
};

struct power *power_qemu_create(struct machine *m, const struct machine_spec *spec)
{
	struct qemu_power *p = xcalloc(1, sizeof *p);

	p->base.ops = &qemu_ops;
	p->machine = m;
	p->spec = spec;
	return &p->base;
}
