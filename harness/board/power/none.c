/* Nothing to switch: a board that is a recording. */
#include <stdlib.h>

#include "board/power/power.h"
#include "util/mem.h"

static int none_switch(struct power *p, struct err *e)
{
	(void)p, (void)e;
	return 0;
}

static int none_watch_fd(struct power *p)
{
	(void)p;
	return -1;
}

static void none_destroy(struct power *p)
{
	free(p);
}

static const struct power_ops none_ops = {
	.name = "none",
	.on = none_switch,
	.off = none_switch,
	.watch_fd = none_watch_fd,
	.destroy = none_destroy,
};

struct power *power_none_create(void)
{
	struct power *p = xcalloc(1, sizeof *p);

	p->ops = &none_ops;
	return p;
}
