/* The queue switches the board on when a run begins, and off when it ends. */
#include <stdio.h>
#include <stdlib.h>

#include "board/mq/drivers.h"
#include "board/mq/queue.h"
#include "util/mem.h"

struct mq_power {
	struct power base;
	struct mq *queue; /* borrowed */
};

static struct mq *queue_of(struct power *p)
{
	return ((struct mq_power *)p)->queue;
}

static int mq_on(struct power *p, struct err *e)
{
	return mq_start(queue_of(p), e);
}

/* Somebody who has taken the board from us meanwhile may have switched it, too. */
static int mq_off(struct power *p, struct err *e)
{
	struct mq *q = queue_of(p);
	bool ran = q->pid > 0;

	if (mq_stop(q, e) < 0)
		return -1;
	return ran && e ? mq_still_ours(q, e) : 0;
}

static int mq_watch_fd(struct power *p)
{
	return queue_of(p)->pidfd;
}

static void mq_lost(struct power *p, struct power_loss *how)
{
	struct err e;

	mq_why_ended(queue_of(p), &e);
	how->by_guest = false;
	snprintf(how->text, sizeof how->text, "%.300s%s%.200s", e.what, e.hint[0] ? ": " : "", e.hint);
}

static void mq_power_destroy(struct power *p)
{
	free(p);
}

static const struct power_ops mq_power_ops = {
	.name = "mq",
	.on = mq_on,
	.off = mq_off,
	.watch_fd = mq_watch_fd,
	.lost = mq_lost,
	.destroy = mq_power_destroy,
};

struct power *power_mq_create(struct mq *q)
{
	struct mq_power *p = xcalloc(1, sizeof *p);

	p->base.ops = &mq_power_ops;
	p->queue = q;
	return &p->base;
}
