/* The queue loads and starts the image by itself: delivering is waiting for the sign of that, where the unit names one. */
#include <stdlib.h>
#include <string.h>

#include "board/mq/drivers.h"
#include "board/mq/queue.h"
#include "board/mq/said.h"
#include "util/mem.h"

struct mq_load {
	struct load base;
	struct mq *queue;
};

static struct mq *queue_of(struct load *l)
{
	return ((struct mq_load *)l)->queue;
}

static int mq_prepare(struct load *l, struct err *e)
{
	return mq_take(queue_of(l), e);
}

static bool has_started(const struct unit_mq *spec, const struct buf *came)
{
	size_t from = came->data ? mq_running_from(came->data, came->len) : 0;

	return from && memmem(came->data + from, came->len - from, spec->started, strlen(spec->started));
}

static enum load_end too_late(const struct mq *q, struct err *e)
{
	err_set(e, ERR_INFRA, "board %s behind the machine queue did not say \"%s\" within %lld s", q->board, q->spec->started,
		(long long)q->spec->boot_ms / 1000);
	err_hint(e, "`boot` and `started` in the unit's mq section; what it did say is in console.log");
	return LOAD_FAILED;
}

static enum load_end mq_deliver(struct load *l, struct load_line *line, int64_t deadline_ms, struct err *e)
{
	const struct mq *q = queue_of(l);
	enum line_state state = LINE_OK;
	struct buf came;

	if (!q->spec->started)
		return LOAD_DONE;
	buf_init(&came);
	while (state == LINE_OK && !has_started(q->spec, &came))
		state = line->ops->receive(line, &came, deadline_ms);
	buf_finish(&came);
	if (state == LINE_LATE)
		return too_late(q, e);
	return state == LINE_OK ? LOAD_DONE : LOAD_ENDED;
}

static void mq_load_destroy(struct load *l)
{
	mq_destroy(queue_of(l));
	free(l);
}

static const struct load_ops mq_load_ops = {
	.name = "mq",
	.prepare = mq_prepare,
	.deliver = mq_deliver,
	.destroy = mq_load_destroy,
};

struct load *load_mq_create(const struct unit_mq *spec, const struct load_job *job, const char *log)
{
	struct mq_load *l = xcalloc(1, sizeof *l);

	l->base = (struct load){.ops = &mq_load_ops, .patience_ms = spec->started ? spec->boot_ms : 0};
	l->queue = mq_create(spec, job, log);
	return &l->base;
}

struct mq *load_mq_queue(struct load *l)
{
	return queue_of(l);
}
