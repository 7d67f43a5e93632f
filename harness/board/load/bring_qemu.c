/* The medium of a QEMU board: a disk or a folder that its machine gets. */
#include <stdlib.h>

#include "board/load/bring.h"
#include "board/load/medium.h"
#include "machine/machine.h"
#include "util/file.h"
#include "util/mem.h"

struct bring_qemu {
	struct bring base;
	struct arena arena;
	const struct board_kind *kind;
	const struct load_job *job;
	struct machine_spec *spec;
};

static int check_firmware(const struct board_kind *kind, struct err *e)
{
	const char *firmware = kind->qemu->firmware;

	if (file_exists(firmware))
		return 0;
	err_set(e, ERR_INFRA, "there is no %s, the firmware of board %s", firmware, kind->name);
	return err_hint(e, "install u-boot-qemu; `runtest doctor` shows what else is missing");
}

static int qemu_put(struct bring *b, struct bring_file *files, size_t count, struct err *e)
{
	struct bring_qemu *q = (struct bring_qemu *)b;
	struct medium_file *on_medium = arena_alloc(&q->arena, count * sizeof *on_medium);
	const char *folder;

	if (check_firmware(q->kind, e) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		on_medium[i] = (struct medium_file){files[i].path, files[i].name};
		files[i].there = files[i].name;
	}
	if (q->kind->uboot->medium == UBOOT_DISK)
		return medium_disk(on_medium, count, q->job->cache, q->job->dir, &q->arena, &q->spec->disk, e);
	folder = arena_printf(&q->arena, "%s/tftp", q->job->dir);
	q->spec->tftp = folder;
	return medium_tftp(on_medium, count, folder, e);
}

static void qemu_destroy(struct bring *b)
{
	struct bring_qemu *q = (struct bring_qemu *)b;

	if (q->spec->tftp)
		file_remove_tree(q->spec->tftp, NULL);
	arena_finish(&q->arena);
	free(q);
}

static const struct bring_ops qemu_ops = {
	.name = "QEMU's medium",
	.stale = "a stale or truncated file on the medium? build/cache may always be removed",
	.put = qemu_put,
	.destroy = qemu_destroy,
};

struct bring *bring_qemu_create(const struct board_kind *kind, const struct load_job *job, struct machine_spec *spec)
{
	struct bring_qemu *q = xcalloc(1, sizeof *q);

	q->base.ops = &qemu_ops;
	arena_init(&q->arena);
	q->kind = kind;
	q->job = job;
	q->spec = spec;
	return &q->base;
}
