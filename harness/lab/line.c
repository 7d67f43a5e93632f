#include "lab/line.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "util/mem.h"

/* Whether anybody reads is looked at so often: once would not do, as whoever reads may stand still together with us. */
enum { UNREAD_LOOKS = 10, UNREAD_LOOK_MS = 100, HELD_BACK = 16384, RECENT = 256 };

static void read_host(void *ctx, short revents);

/* ---- the tty ---- */

static int make_raw(int fd)
{
	struct termios t;

	if (tcgetattr(fd, &t) < 0)
		return -1;
	cfmakeraw(&t);
	cfsetspeed(&t, B115200);
	return tcsetattr(fd, TCSANOW, &t);
}

static int name_it(const char *link, const char *target)
{
	char *fresh = xasprintf("%s.new", link);
	int rc;

	unlink(fresh);
	rc = symlink(target, fresh) < 0 || rename(fresh, link) < 0 ? -1 : 0;
	free(fresh);
	return rc;
}

int line_plug(struct line *l, struct err *e)
{
	char name[64];

	if (l->master >= 0)
		return 0;
	l->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (l->master < 0 || grantpt(l->master) < 0 || unlockpt(l->master) < 0 ||
	    ptsname_r(l->master, name, sizeof name) != 0)
		return err_sys(e, ERR_INFRA, "cannot make a pty for a lab board's serial line");
	/* Held open: what the board says waits in it, and closing the other end is no hang-up. */
	l->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (l->slave < 0 || make_raw(l->slave) < 0)
		return err_sys(e, ERR_INFRA, "cannot set up %s for a lab board's serial line", name);
	if (name_it(l->link, name) < 0) {
		err_sys(e, ERR_INFRA, "cannot name a lab board's serial line");
		return err_at(e, l->link, 0, 0);
	}
	loop_watch(l->loop, l->master, POLLIN, read_host, l);
	return 0;
}

void line_unplug(struct line *l)
{
	unlink(l->link);
	loop_unwatch(l->loop, l->master);
	if (l->slave >= 0)
		close(l->slave);
	if (l->master >= 0)
		close(l->master);
	l->master = l->slave = -1;
	buf_clear(&l->to_host);
	l->unread = false;
	if (l->board >= 0)
		loop_change(l->loop, l->board, POLLIN);
}

/* ---- to the host ---- */

static void nobody_reads(void *ctx)
{
	struct line *l = ctx;

	if (++l->unread_looks < UNREAD_LOOKS) {
		loop_after(l->loop, UNREAD_LOOK_MS, nobody_reads, l);
		return;
	}
	l->unread = true;
	buf_clear(&l->to_host);
	if (l->board >= 0)
		loop_change(l->loop, l->board, POLLIN);
	loop_change(l->loop, l->master, POLLIN);
}

static void await_reader(struct line *l)
{
	l->unread_looks = 0;
	loop_after(l->loop, UNREAD_LOOK_MS, nobody_reads, l);
}

/* Everything that the tty takes now; the rest waits for a while, unless it has waited already. */
static void flush_to_host(struct line *l)
{
	size_t before = l->to_host.len;

	while (l->to_host.len && l->master >= 0) {
		ssize_t n = write(l->master, l->to_host.data, l->to_host.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		buf_drop_front(&l->to_host, (size_t)n);
	}
	if (l->master < 0 || (l->unread && l->to_host.len))
		buf_clear(&l->to_host);
	else if (!l->to_host.len)
		l->unread = false;
	if (!l->to_host.len)
		loop_forget(l->loop, nobody_reads, l);
	else if (l->to_host.len != before || !l->unread)
		await_reader(l);
	loop_change(l->loop, l->master, l->to_host.len ? POLLIN | POLLOUT : POLLIN);
	if (l->board >= 0)
		loop_change(l->loop, l->board, l->to_host.len < HELD_BACK ? POLLIN : 0);
}

static bool has(const struct buf *b, const char *text)
{
	return b->len && memmem(b->data, b->len, text, strlen(text));
}

/* How far U-Boot has come. It must be known before the host can answer what it said. */
static void follow(struct line *l, const char *bytes, size_t n)
{
	buf_add(&l->recent, bytes, n);
	/* The countdown writes over itself. */
	if (!l->counted && has(&l->recent, "\b\b\b 0 "))
		l->counted = true;
	if (!l->prompted && has(&l->recent, "\n=> ")) {
		l->counted = l->prompted = true;
		if (l->half_typed)
			line_type(l, l->half_typed, strlen(l->half_typed));
	}
	if (l->recent.len > RECENT)
		buf_drop_front(&l->recent, l->recent.len - RECENT);
}

void line_say(struct line *l, const char *bytes, size_t n)
{
	garble_pass(&l->from_board, bytes, n, &l->to_host);
	flush_to_host(l);
}

static void read_board(void *ctx, short revents)
{
	struct line *l = ctx;
	char chunk[4096];
	ssize_t n = read(l->board, chunk, sizeof chunk);

	(void)revents;
	if (n > 0) {
		follow(l, chunk, (size_t)n);
		line_say(l, chunk, (size_t)n);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		line_disconnect(l);
	}
}

/* ---- to the board ---- */

/* A board that takes no more loses it: as a UART whose FIFO is full. */
void line_type(struct line *l, const char *bytes, size_t n)
{
	if (l->board >= 0 && write(l->board, bytes, n) < 0)
		return;
}

static bool arrives(const struct line *l)
{
	switch (l->input) {
	case LINE_INPUT_MISSES_AUTOBOOT:
		return l->counted;
	case LINE_INPUT_DIES_AT_PROMPT:
		return !l->prompted;
	case LINE_INPUT_LOST:
		return false;
	default:
		return true;
	}
}

static void read_host(void *ctx, short revents)
{
	struct line *l = ctx;
	struct buf out;
	char chunk[4096];
	ssize_t n;

	if (revents & POLLOUT)
		flush_to_host(l);
	n = read(l->master, chunk, sizeof chunk);
	if (n <= 0 || !arrives(l))
		return;
	buf_init(&out);
	garble_pass(&l->from_host, chunk, (size_t)n, &out);
	line_type(l, out.data, out.len);
	buf_finish(&out);
}

/* ---- its life ---- */

int line_open(struct line *l, struct loop *loop, const char *link, struct err *e)
{
	memset(l, 0, sizeof *l);
	l->loop = loop;
	l->link = xstrdup(link);
	l->master = l->slave = l->board = -1;
	return line_plug(l, e);
}

void line_close(struct line *l)
{
	if (!l->loop)
		return;
	line_disconnect(l);
	line_unplug(l);
	loop_forget(l->loop, nobody_reads, l);
	buf_finish(&l->to_host);
	buf_finish(&l->recent);
	free(l->half_typed);
	free(l->link);
	l->loop = NULL;
}

void line_restarted(struct line *l)
{
	buf_clear(&l->recent);
	l->counted = l->prompted = false;
}

void line_connect(struct line *l, int fd)
{
	line_disconnect(l);
	l->board = fd;
	line_restarted(l);
	loop_watch(l->loop, fd, POLLIN, read_board, l);
}

void line_disconnect(struct line *l)
{
	if (l->board < 0)
		return;
	loop_unwatch(l->loop, l->board);
	close(l->board);
	l->board = -1;
}
