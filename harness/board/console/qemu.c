/* The serial line of a QEMU machine: pipes that are connected before the first instruction. */
#include <stdlib.h>

#include "board/console/console.h"
#include "machine/machine.h"
#include "util/mem.h"

struct qemu_console {
	struct console base;
	struct machine *machine; /* borrowed */
};

static int qemu_open(struct console *c, struct err *e)
{
	(void)e;
	c->fd = ((struct qemu_console *)c)->machine->console_fd;
	c->out_fd = ((struct qemu_console *)c)->machine->keyboard_fd;
	return 0;
}

static void qemu_close(struct console *c)
{
	c->fd = c->out_fd = -1; /* the machine closes it */
}

static void qemu_destroy(struct console *c)
{
	free(c);
}

static const struct console_ops qemu_ops = {
	.name = "qemu",
	.late = true, /* its pipes are made as it starts */
	.open = qemu_open,
	.close = qemu_close,
	.destroy = qemu_destroy,
};

struct console *console_qemu_create(struct machine *m)
{
	struct qemu_console *c = xcalloc(1, sizeof *c);

	c->base.ops = &qemu_ops;
	c->base.fd = c->base.out_fd = -1;
	c->machine = m;
	return &c->base;
}
