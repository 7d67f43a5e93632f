/* A board that starts its image by itself, from its own storage, or that is a recording. */
#include <stdlib.h>

#include "board/load/load.h"
#include "util/mem.h"

static int none_prepare(struct load *l, struct err *e)
{
	(void)l, (void)e;
	return 0;
}

static enum load_end none_deliver(struct load *l, struct load_line *line, int64_t deadline_ms, struct err *e)
{
	(void)l, (void)line, (void)deadline_ms, (void)e;
	return LOAD_DONE;
}

static void none_destroy(struct load *l)
{
	free(l);
}

static const struct load_ops none_ops = {
	.name = "none",
	.prepare = none_prepare,
	.deliver = none_deliver,
	.destroy = none_destroy,
};

struct load *load_none_create(void)
{
	struct load *l = xcalloc(1, sizeof *l);

	l->ops = &none_ops;
	return l;
}
