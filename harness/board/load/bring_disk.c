/* The files stand on the board's own medium already, put there by somebody else. */
#include <stdlib.h>
#include <string.h>

#include "board/load/bring.h"
#include "util/mem.h"

struct bring_disk {
	struct bring base;
	const struct load_disk *disk;
};

static int disk_put(struct bring *b, struct bring_file *files, size_t count, struct err *e)
{
	const struct bring_disk *d = (struct bring_disk *)b;

	(void)e;
	for (size_t i = 0; i < count; i++) {
		const char *slash = strrchr(files[i].path, '/');

		files[i].there = slash ? slash + 1 : files[i].path;
	}
	if (d->disk->file)
		files[count - 1].there = d->disk->file;
	return 0;
}

static void disk_destroy(struct bring *b)
{
	free(b);
}

static const struct bring_ops disk_ops = {
	.name = "the board's medium",
	.stale = "what stands on the board's medium is not this image: whoever writes it there has to write this one",
	.put = disk_put,
	.destroy = disk_destroy,
};

struct bring *bring_disk_create(const struct load_disk *disk)
{
	struct bring_disk *d = xcalloc(1, sizeof *d);

	d->base.ops = &disk_ops;
	d->disk = disk;
	return &d->base;
}
