#include "session/conlog.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/file.h"
#include "util/mem.h"
#include "util/text.h"

enum { RECENT_KEEP = 8192 };

static int create(const char *dir, const char *name, struct err *e)
{
	char *path = xasprintf("%s/%s", dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);

	if (fd < 0)
		file_error(e, "create the console log", path);
	free(path);
	return fd;
}

int conlog_open(struct conlog *l, const char *dir, struct err *e)
{
	memset(l, 0, sizeof *l);
	l->index_fd = -1;
	l->indexed_us = -1;
	l->log_fd = create(dir, "console.log", e);
	if (l->log_fd >= 0)
		l->index_fd = create(dir, "console.idx", e);
	return l->index_fd >= 0 ? 0 : -1;
}

void conlog_close(struct conlog *l)
{
	if (l->log_fd >= 0)
		close(l->log_fd);
	if (l->index_fd >= 0)
		close(l->index_fd);
	l->log_fd = l->index_fd = -1;
	buf_finish(&l->recent);
}

static int add_line(struct conlog *l, int64_t at_us, const char *word)
{
	char line[64];
	int len = snprintf(line, sizeof line, "%" PRIu64 " %" PRId64 "%s\n", l->size, at_us, word);

	return file_write_all(l->index_fd, line, (size_t)len);
}

static int add_index(struct conlog *l, int64_t at_us)
{
	if (l->indexed_us >= 0 && at_us - l->indexed_us < CONLOG_STEP_US)
		return 0;
	l->indexed_us = at_us;
	return add_line(l, at_us, "");
}

static int cannot_write(struct err *e)
{
	err_sys(e, ERR_IO, "cannot write the console log");
	return err_hint(e, "free some disk space, or put the results elsewhere with --results DIR");
}

static void remember(struct conlog *l, const void *bytes, size_t n)
{
	l->size += n;
	buf_add(&l->recent, bytes, n);
	if (l->recent.len > (size_t)2 * RECENT_KEEP)
		buf_drop_front(&l->recent, l->recent.len - RECENT_KEEP);
}

int conlog_add(struct conlog *l, const void *bytes, size_t n, int64_t at_us, struct err *e)
{
	if (file_write_all(l->log_fd, bytes, n) < 0 || add_index(l, at_us) < 0)
		return cannot_write(e);
	remember(l, bytes, n);
	return 0;
}

int conlog_add_aside(struct conlog *l, const void *bytes, size_t n, int64_t at_us, struct err *e)
{
	if (file_write_all(l->log_fd, bytes, n) < 0 || add_index(l, at_us) < 0)
		return cannot_write(e);
	l->size += n;
	return 0;
}

int conlog_add_stale(struct conlog *l, const void *bytes, size_t n, int64_t at_us, struct err *e)
{
	if (file_write_all(l->log_fd, bytes, n) < 0 || add_line(l, at_us, " stale") < 0)
		return cannot_write(e);
	l->indexed_us = -1; /* what comes next begins a stretch of its own */
	remember(l, bytes, n);
	return 0;
}

char *conlog_tail(const struct conlog *l, int lines)
{
	const struct buf *b = &l->recent;
	size_t from = text_last_lines(b->data, b->len, lines);
	struct buf out = {0};

	if (b->len)
		text_add_lines(&out, b->data + from, b->len - from);
	return buf_steal(&out);
}
