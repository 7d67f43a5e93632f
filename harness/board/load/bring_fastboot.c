/*
 * U-Boot's own command `fastboot`: it takes the file into memory, and comes back to its prompt when it is told to
 * continue. Debian's builds do not have it.
 */
#include <stdlib.h>

#include "board/load/bring.h"
#include "board/load/fastboot.h"
#include "util/mem.h"

struct bring_fastboot {
	struct bring base;
	const struct load_fastboot *unit;
	const struct fastboot_board *how;
};

static int fastboot_put(struct bring *b, struct bring_file *files, size_t count, struct err *e)
{
	(void)b, (void)e;
	for (size_t i = 0; i < count; i++)
		files[i].there = files[i].name;
	return 0;
}

static enum load_end fastboot_feed(struct bring *b, struct prompt *p, const struct bring_file *f, const char *command)
{
	static const char *const usual[] = {"stage " FASTBOOT_FILE, "continue", NULL};
	const struct bring_fastboot *fb = (struct bring_fastboot *)b;

	(void)command;
	return fastboot_run(fb->unit, fb->how, fb->how->commands[0] ? fb->how->commands : usual, f->path, p->line, &p->in,
			    p->deadline_ms, p->err);
}

static void fastboot_destroy(struct bring *b)
{
	free(b);
}

static const struct bring_ops fastboot_ops = {
	.name = "fastboot",
	.command = "fastboot -l " UBOOT_ADDRESS " usb 0",
	.stale = "did the program fastboot speak to this board? The unit's load section has a serial number for that",
	.put = fastboot_put,
	.feed = fastboot_feed,
	.destroy = fastboot_destroy,
};

struct bring *bring_fastboot_create(const struct load_fastboot *unit, const struct fastboot_board *how)
{
	struct bring_fastboot *b = xcalloc(1, sizeof *b);

	b->base.ops = &fastboot_ops;
	b->unit = unit;
	b->how = how ? how : &fastboot_usual;
	return &b->base;
}
