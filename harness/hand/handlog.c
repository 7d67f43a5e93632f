#include "hand/handlog.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"

enum {
	STEP_US = 500, /* as in console.idx: reads closer together share a line */
	MOST_TRIES = 1000, /* several in one second */
};

static char *name_log(const char *folder, const char *unit, int attempt)
{
	char date[32], nth[16] = "";
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(date, sizeof date, "%Y%m%d-%H%M%S", &tm);
	if (attempt)
		snprintf(nth, sizeof nth, "-%d", attempt + 1);
	return xasprintf("%s/%s-%s%s.log", folder, unit, date, nth);
}

static int create(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
}

static int create_index(struct handlog *l, struct err *e)
{
	char *path = xasprintf("%.*s.idx", (int)(strlen(l->path) - strlen(".log")), l->path);

	l->index_fd = create(path);
	if (l->index_fd < 0)
		file_error(e, "create the console log's index", path);
	free(path);
	return l->index_fd < 0 ? -1 : 0;
}

int handlog_open(struct handlog *l, const char *folder, const char *unit, struct err *e)
{
	*l = (struct handlog){.log_fd = -1, .index_fd = -1, .begun_us = clock_us(), .indexed_us = -1};
	if (file_mkdirs(folder, e) < 0)
		return -1;
	for (int i = 0; i < MOST_TRIES && l->log_fd < 0; i++) {
		free(l->path);
		l->path = name_log(folder, unit, i);
		l->log_fd = create(l->path);
		if (l->log_fd < 0 && errno != EEXIST)
			break;
	}
	if (l->log_fd < 0)
		return file_error(e, "create the console log", l->path);
	return create_index(l, e);
}

void handlog_close(struct handlog *l)
{
	if (l->log_fd >= 0)
		close(l->log_fd);
	if (l->index_fd >= 0)
		close(l->index_fd);
	free(l->path);
	*l = (struct handlog){.log_fd = -1, .index_fd = -1};
}

static int add_index(struct handlog *l, bool stale)
{
	int64_t at_us = clock_us() - l->begun_us;
	char line[64];
	int len;

	if (l->indexed_us >= 0 && stale == l->stale && (stale || at_us - l->indexed_us < STEP_US))
		return 0;
	l->indexed_us = at_us;
	l->stale = stale;
	len = snprintf(line, sizeof line, "%" PRIu64 " %" PRId64 "%s\n", l->size, at_us, stale ? " stale" : "");
	return file_write_all(l->index_fd, line, (size_t)len);
}

int handlog_add(struct handlog *l, const void *bytes, size_t n, bool stale, struct err *e)
{
	if (add_index(l, stale) < 0 || file_write_all(l->log_fd, bytes, n) < 0)
		return file_error(e, "write the console log", l->path);
	l->size += n;
	return 0;
}
