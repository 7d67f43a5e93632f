#include "hand/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "farm/lock.h"
#include "hand/put.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/harmless.h"
#include "util/mem.h"
#include "util/text.h"

enum {
	STEP_MS = 20,        /* how often the log is looked at ... */
	HOLDER_MS = 200,     /* ... and who writes it */
	TAIL_BYTES = 64 * 1024, /* the last lines are looked for in these */
	CHUNK = 64 * 1024,
};

struct follow {
	const char *unit;
	int lines, out, notes;
	char *path, *since; /* of the log; since when its holder has held the unit */
	pid_t pid;
	int fd;
	struct harmless shown;
	bool told_waiting;
};

static void note(const struct follow *f, const char *what, const char *detail)
{
	struct buf line = {0};

	buf_printf(&line, "%s[runtest: %s", f->shown.midway ? "\n" : "", what);
	text_add_line(&line, detail);
	buf_adds(&line, "]\n");
	put_all(f->notes, line.data, line.len);
	buf_finish(&line);
}

static int is_cancelled(struct err *e)
{
	return err_set(e, ERR_CANCELLED, "stopped by a signal");
}

/* 1 when nobody reads any more, which is heard without being asked for. */
static int nap(const struct follow *f, struct err *e)
{
	struct pollfd p[] = {{.fd = cancel_fd(), .events = POLLIN}, {.fd = f->out}};

	poll(p, 2, STEP_MS);
	if (cancel_requested())
		return is_cancelled(e);
	return p[1].revents ? 1 : 0;
}

/* ---- whose log ---- */

static void take_holder(struct follow *f, const struct lock_holder *h)
{
	char *text = holder_text(h);

	f->path = xstrdup(h->console_log);
	f->since = xstrdup(h->since);
	f->pid = h->pid;
	note(f, "", text);
	free(text);
}

/* It holds the unit, and its session has not come to a console yet. */
static void tell_waiting(struct follow *f, const struct lock_holder *h)
{
	char *text;

	if (f->told_waiting)
		return;
	f->told_waiting = true;
	text = holder_text(h);
	note(f, "there is no console to see yet: ", text);
	free(text);
}

/* 1: there is a log now; 0: not yet; -1. */
static int find_log(struct follow *f, struct err *e)
{
	struct lock_holder h;
	int rc = unit_lock_holder(f->unit, &h, e);

	if (rc < 0)
		return -1;
	if (rc == 0) {
		err_set(e, ERR_USAGE, "nobody holds board %s: there is no console to watch", f->unit);
		return err_hint(e, "`runtest console %s` takes it", f->unit);
	}
	rc = h.console_log != NULL;
	if (rc)
		take_holder(f, &h);
	else
		tell_waiting(f, &h);
	holder_finish(&h);
	return rc;
}

static int wait_for_log(struct follow *f, struct err *e)
{
	int rc;

	while ((rc = find_log(f, e)) == 0)
		if ((rc = nap(f, e)) != 0)
			return rc;
	return rc < 0 ? -1 : 0;
}

/* Is it still the same hold, with the same log? */
static bool goes_on(const struct follow *f)
{
	struct lock_holder h;
	bool same;

	if (unit_lock_holder(f->unit, &h, NULL) != 1)
		return false;
	same = h.pid == f->pid && (!h.known || (h.console_log && strcmp(h.console_log, f->path) == 0 &&
						strcmp(h.since, f->since) == 0));
	holder_finish(&h);
	return same;
}

/* ---- the log ---- */

/* The path is what another user says: nothing but a plain file is opened. */
static int open_log(struct follow *f, struct err *e)
{
	struct stat st;

	f->fd = open(f->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (f->fd < 0)
		return file_error(e, "open the console's log", f->path);
	if (fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode))
		return 0;
	err_set(e, ERR_IO, "the console's log is no plain file");
	return err_at(e, f->path, 0, 0);
}

static int show(struct follow *f, const char *bytes, size_t n)
{
	struct buf text = {0};
	int rc;

	harmless_feed(&f->shown, &text, bytes, n);
	rc = put_all(f->out, text.data, text.len) < 0 ? 1 : 0;
	buf_finish(&text);
	return rc;
}

/* Nothing more comes: of a character that stopped half-way, too, something is to be seen. */
static int show_rest(struct follow *f)
{
	struct buf text = {0};
	int rc;

	harmless_end(&f->shown, &text);
	rc = put_all(f->out, text.data, text.len) < 0 ? 1 : 0;
	buf_finish(&text);
	return rc;
}

/* Where the last lines begin, shown. */
static int show_tail(struct follow *f, struct err *e)
{
	off_t size = lseek(f->fd, 0, SEEK_END), from = size > TAIL_BYTES ? size - TAIL_BYTES : 0;
	char *bytes = xmalloc(TAIL_BYTES);
	ssize_t n = lseek(f->fd, from, SEEK_SET) < 0 ? -1 : read(f->fd, bytes, TAIL_BYTES);
	size_t skip = n > 0 && f->lines > 0 ? text_last_lines(bytes, (size_t)n, f->lines) : (size_t)(n > 0 ? n : 0);
	int rc = n < 0 ? file_error(e, "read the console's log", f->path) : show(f, bytes + skip, (size_t)n - skip);

	free(bytes);
	return rc;
}

/* All there is. */
static int show_more(struct follow *f, struct err *e)
{
	static char chunk[CHUNK];
	ssize_t n;
	int rc = 0;

	while (rc == 0 && (n = read(f->fd, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		rc = n < 0 ? file_error(e, "read the console's log", f->path) : show(f, chunk, (size_t)n);
	}
	return rc;
}

static int follow_log(struct follow *f, struct err *e)
{
	int64_t asked = clock_ms();
	bool over = false;
	int rc = show_tail(f, e);

	while (rc == 0 && (rc = show_more(f, e)) == 0 && !over) { /* once more after the holder has gone */
		rc = nap(f, e);
		if (clock_ms() - asked >= HOLDER_MS) {
			asked = clock_ms();
			over = !goes_on(f);
		}
	}
	return rc;
}

int follow_unit(const char *unit, int lines, int out, int notes, struct err *e)
{
	struct follow f = {.unit = unit, .lines = lines, .out = out, .notes = notes, .fd = -1};
	int rc;

	harmless_init(&f.shown);
	rc = wait_for_log(&f, e);
	if (rc == 0)
		rc = open_log(&f, e);
	if (rc == 0)
		rc = follow_log(&f, e);
	if (rc == 0)
		rc = show_rest(&f);
	if (rc == 1 && cancel_requested()) /* it looks as if nobody read any more */
		rc = is_cancelled(e);
	if (rc == 0)
		note(&f, "the board was given back, or has another console now", "");
	if (f.fd >= 0)
		close(f.fd);
	free(f.path);
	free(f.since);
	return rc;
}
