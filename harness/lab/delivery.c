#include "lab/delivery.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/mem.h"

/* Every 4096th byte is another one. */
static void make_stale(int fd, off_t size)
{
	enum { STEP = 4096 };
	char byte;

	for (off_t at = size / 2 % STEP; at < size; at += STEP) {
		if (pread(fd, &byte, 1, at) != 1)
			return;
		byte = (char)~byte;
		if (pwrite(fd, &byte, 1, at) != 1)
			return;
	}
}

static void spoil(const struct delivery *d, const char *name)
{
	char *path = xasprintf("%s/%s", d->root, name);
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;

	free(path);
	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		if (d->fault == DELIVERY_STALE)
			make_stale(fd, st.st_size);
		else if (ftruncate(fd, st.st_size / 2) < 0)
			fprintf(stderr, "lab: cannot truncate %s\n", name);
	}
	close(fd);
}

/* A name with a dot in front is not meant for anybody yet. OpenSSH renames by making a link of the new name. */
static void files_came(void *ctx, short revents)
{
	struct delivery *d = ctx;
	char events[8192] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t n = read(d->fd, events, sizeof events);

	(void)revents;
	for (ssize_t at = 0; at < n;) {
		const struct inotify_event *event = (const struct inotify_event *)(events + at);

		if (d->fault != DELIVERY_SOUND && event->len && event->name[0] != '.')
			spoil(d, event->name);
		at += (ssize_t)(sizeof *event + event->len);
	}
}

int delivery_open(struct delivery *d, struct loop *loop, const char *root, struct err *e)
{
	*d = (struct delivery){.loop = loop, .root = root};
	d->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (d->fd < 0 || inotify_add_watch(d->fd, root, IN_MOVED_TO | IN_CREATE) < 0)
		return err_sys(e, ERR_INFRA, "cannot watch %s", root);
	loop_watch(loop, d->fd, POLLIN, files_came, d);
	return 0;
}

void delivery_close(struct delivery *d)
{
	if (!d->loop)
		return;
	loop_unwatch(d->loop, d->fd);
	if (d->fd >= 0)
		close(d->fd);
	d->loop = NULL;
}
