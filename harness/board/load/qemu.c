/* QEMU puts the boot image into memory by itself: it stands in its command line. */
#include <stdlib.h>

#include "board/load/load.h"
#include "machine/machine.h"
#include "util/mem.h"

struct qemu_load {
	struct load base;
	struct machine_spec *spec; /* borrowed */
	const struct load_job *job;
};

static int qemu_prepare(struct load *l, struct err *e)
{
	struct qemu_load *q = (struct qemu_load *)l;

	if (q->job->count > 1)
		return err_set(e, ERR_CONFIG, "QEMU delivers the boot image alone, and there is %s beside it",
			       q->job->files[1].path);
	q->spec->image = q->job->files[0].path;
	q->spec->image_placed = q->job->files[0].placed;
	return 0;
}

static enum load_end qemu_deliver(struct load *l, struct load_line *line, int64_t deadline_ms, struct err *e)
{
	(void)l, (void)line, (void)deadline_ms, (void)e;
	return LOAD_DONE;
}

static void qemu_destroy(struct load *l)
{
	free(l);
}

static const struct load_ops qemu_ops = {
	.name = "qemu",
	.prepare = qemu_prepare,
	.deliver = qemu_deliver,
	.destroy = qemu_destroy,
};

struct load *load_qemu_create(struct machine_spec *spec, const struct load_job *job)
{
	struct qemu_load *q = xcalloc(1, sizeof *q);

	q->base.ops = &qemu_ops;
	q->spec = spec;
	q->job = job;
	return &q->base;
}
