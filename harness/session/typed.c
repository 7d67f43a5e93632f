#include "session/typed.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/file.h"
#include "util/mem.h"

void typed_init(struct typed *t, const char *dir)
{
	*t = (struct typed){.dir = dir, .log_fd = -1, .index_fd = -1};
}

void typed_close(struct typed *t)
{
	if (t->log_fd >= 0)
		close(t->log_fd);
	if (t->index_fd >= 0)
		close(t->index_fd);
	t->log_fd = t->index_fd = -1;
}

static int create(const struct typed *t, const char *name, struct err *e)
{
	char *path = xasprintf("%s/%s", t->dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);

	if (fd < 0)
		file_error(e, "create the log of what is typed", path);
	free(path);
	return fd;
}

/* Most sessions of some boards never type anything: the files are made when there is something to keep. */
static int open_both(struct typed *t, struct err *e)
{
	if (t->log_fd < 0)
		t->log_fd = create(t, "typed.log", e);
	if (t->log_fd >= 0 && t->index_fd < 0)
		t->index_fd = create(t, "typed.idx", e);
	return t->index_fd >= 0 ? 0 : -1;
}

static int cannot_write(struct err *e)
{
	err_sys(e, ERR_IO, "cannot write the log of what is typed");
	return err_hint(e, "free some disk space, or put the results elsewhere with --results DIR");
}

static int add_line(struct typed *t, struct typed_moment when, const char *rest, struct err *e)
{
	char line[128];
	int len = snprintf(line, sizeof line, "%" PRId64 " %" PRIu64 " %s\n", when.at_ms, when.console, rest);

	return file_write_all(t->index_fd, line, (size_t)len) < 0 ? cannot_write(e) : 0;
}

int typed_add(struct typed *t, struct typed_moment when, const void *bytes, size_t n, struct err *e)
{
	char which[64];

	if (n == 0)
		return 0;
	if (open_both(t, e) < 0)
		return -1;
	if (file_write_all(t->log_fd, bytes, n) < 0)
		return cannot_write(e);
	snprintf(which, sizeof which, "%" PRIu64 " %zu", t->size, n);
	t->size += n;
	return add_line(t, when, which, e);
}

int typed_mark(struct typed *t, struct typed_moment when, const char *what, struct err *e)
{
	if (open_both(t, e) < 0)
		return -1;
	return add_line(t, when, what, e);
}
