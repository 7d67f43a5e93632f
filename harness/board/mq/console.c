/* What `mq.sh run` says is the console. It takes no input. */
#include <errno.h>
#include <stdlib.h>

#include "board/mq/drivers.h"
#include "board/mq/queue.h"
#include "util/mem.h"

struct mq_console {
	struct console base;
	struct mq *queue; /* borrowed */
};

static int mq_console_open(struct console *c, struct err *e)
{
	(void)e;
	c->fd = c->out_fd = ((struct mq_console *)c)->queue->fd;
	return 0;
}

/* The terminal is the queue's. */
static void mq_console_close(struct console *c)
{
	c->fd = c->out_fd = -1;
}

static ssize_t mq_console_read(struct console *c, void *out, size_t n, struct err *e)
{
	ssize_t got = mq_read(((struct mq_console *)c)->queue, out, n);

	if (got > 0)
		return got;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return -1;
	if (got == 0 || errno == EIO)
		return console_ended(c, "mq.sh run has ended");
	err_sys(e, ERR_INFRA, "cannot read the console");
	return -2;
}

static ssize_t mq_console_write(struct console *c, const void *bytes, size_t n, struct err *e)
{
	(void)c, (void)bytes, (void)n;
	return err_set(e, ERR_INFRA, "a board behind a machine queue takes no console input: mq.sh passes none on");
}

static void mq_console_destroy(struct console *c)
{
	free(c);
}

static const struct console_ops mq_console_ops = {
	.name = "mq",
	.late = true,
	.open = mq_console_open,
	.close = mq_console_close,
	.destroy = mq_console_destroy,
	.read = mq_console_read,
	.write = mq_console_write,
};

struct console *console_mq_create(struct mq *q)
{
	struct mq_console *c = xcalloc(1, sizeof *c);

	c->base = (struct console){.ops = &mq_console_ops, .fd = -1, .out_fd = -1};
	c->queue = q;
	return &c->base;
}
