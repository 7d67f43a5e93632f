/* A serial port of this machine: any rate, nobody else on it, and patience with adapters that are unplugged. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <unistd.h>

#include "board/console/baud.h"
#include "board/console/console.h"
#include "board/console/usbserial.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"

enum {
	RETRY_MS = 50,
	BAUD_PERMILLE = 25, /* a UART follows a rate that is no further off than this */
};

struct tty_console {
	struct console base;
	const struct console_tty *spec;
	char *path;         /* of the device that is, or was last, open */
	bool away;          /* fd is a timer then */
	int64_t away_since; /* clock_ms() */
};

static struct tty_console *self(struct console *c)
{
	return (struct tty_console *)c;
}

/* ---- which device ---- */

static const char *by_udev(const char *name, struct arena *a, struct err *e)
{
	static const char *const folders[] = {"/dev/serial/by-path", "/dev/serial/by-id"};

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
		const char *path = arena_printf(a, "%s/%s", folders[i], name);

		if (file_exists(path))
			return path;
	}
	err_set(e, ERR_INFRA, "there is no %s in /dev/serial/by-path, nor in /dev/serial/by-id", name);
	err_hint(e, "is the adapter plugged in, and into that socket? `ls -R /dev/serial`");
	return NULL;
}

/* Looked for anew at every opening: an adapter that was away may come back under another name. */
static int find(struct tty_console *t, struct err *e)
{
	const char *path = NULL, *name;
	struct arena a;

	arena_init(&a);
	if (t->spec->place == TTY_DEVICE)
		path = t->spec->device;
	else if (t->spec->place == TTY_UDEV)
		path = by_udev(t->spec->udev, &a, e);
	else if ((name = usbserial_find("/sys", t->spec->serial_number, t->spec->interface, &a, e)))
		path = arena_printf(&a, "/dev/%s", name);
	free(t->path);
	t->path = path ? xstrdup(path) : NULL;
	arena_finish(&a);
	return path ? 0 : -1;
}

/* ---- how it is set ---- */

static int set_signal(const struct tty_console *t, int fd, enum console_signal how, int bit, const char *name, struct err *e)
{
	if (how == SIGNAL_LEAVE || ioctl(fd, how == SIGNAL_HIGH ? TIOCMBIS : TIOCMBIC, &bit) == 0)
		return 0;
	return err_sys(e, ERR_INFRA, "cannot set %s of %s", name, t->path);
}

/* 8N1, raw, no flow control; closing it later leaves DTR alone, which may be the board's reset. */
static int set_up(const struct tty_console *t, int fd, struct err *e)
{
	int wanted = t->spec->baud, rate;
	struct termios raw;

	if (tcgetattr(fd, &raw) < 0)
		return err_sys(e, ERR_INFRA, "%s is no serial port", t->path);
	cfmakeraw(&raw);
	raw.c_cflag &= ~(tcflag_t)(HUPCL | CRTSCTS | CSTOPB | PARENB);
	raw.c_cflag |= CLOCAL | CREAD;
	raw.c_iflag &= ~(tcflag_t)(IXOFF | IXANY);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	if (tcsetattr(fd, TCSANOW, &raw) < 0)
		return err_sys(e, ERR_INFRA, "cannot set up %s", t->path);
	rate = baud_set(fd, wanted);
	if (rate < 0)
		return err_sys(e, ERR_INFRA, "cannot set %s to %d baud", t->path, wanted);
	if (llabs((long long)rate - wanted) * 1000 > (long long)wanted * BAUD_PERMILLE)
		return err_set(e, ERR_INFRA, "%s cannot do %d baud: the nearest it has is %d", t->path, wanted, rate);
	if (set_signal(t, fd, t->spec->dtr, TIOCM_DTR, "DTR", e) < 0)
		return -1;
	return set_signal(t, fd, t->spec->rts, TIOCM_RTS, "RTS", e);
}

/* The lock is the one that other programs take, too; the flag keeps out those that take none. */
static int claim(const struct tty_console *t, int fd, struct err *e)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && ioctl(fd, TIOCEXCL) == 0)
		return 0;
	err_sys(e, ERR_INFRA, "cannot have %s to ourselves", t->path);
	return err_hint(e, "somebody else has it open: `fuser -v %s`", t->path);
}

static int cannot_open(const struct tty_console *t, struct err *e)
{
	int error = errno;

	err_sys(e, ERR_INFRA, "cannot open the console %s", t->path);
	if (error == EACCES)
		err_hint(e, "members of the group dialout may: `adduser USER dialout`, and log in again");
	else if (error == EBUSY)
		err_hint(e, "somebody else has it open: `fuser -v %s`", t->path);
	return -1;
}

static int open_device(struct tty_console *t, struct err *e)
{
	int fd;

	if (find(t, e) < 0)
		return -1;
	fd = open(t->path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return cannot_open(t, e);
	if (claim(t, fd, e) == 0 && set_up(t, fd, e) == 0)
		return fd;
	close(fd);
	return -1;
}

static int tty_open(struct console *c, struct err *e)
{
	c->fd = c->out_fd = open_device(self(c), e);
	return c->fd < 0 ? -1 : 0;
}

static void tty_close(struct console *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = c->out_fd = -1;
	self(c)->away = false;
}

/* ---- unplugged ---- */

static ssize_t go_away(struct tty_console *t)
{
	const struct itimerspec often = {.it_value.tv_nsec = RETRY_MS * 1000000L, .it_interval.tv_nsec = RETRY_MS * 1000000L};
	struct console *c = &t->base;

	close(c->fd);
	c->out_fd = -1;
	c->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	t->away = true;
	t->away_since = clock_ms();
	if (c->fd < 0 || timerfd_settime(c->fd, 0, &often, NULL) < 0)
		return console_ended(c, "%s is gone", t->path ? t->path : "the console's device");
	return -1;
}

/* The timer has come round: is the device back? */
static ssize_t come_back(struct tty_console *t)
{
	int64_t gone_ms = clock_ms() - t->away_since;
	struct console *c = &t->base;
	struct err e;
	int fd = open_device(t, &e);

	if (fd >= 0) {
		close(c->fd);
		c->fd = c->out_fd = fd;
		c->gaps++;
		c->away_ms += gone_ms;
		t->away = false;
		return -1;
	}
	if (gone_ms < t->spec->reopen_ms) {
		uint64_t rounds;

		return read(c->fd, &rounds, sizeof rounds) < 0 && errno != EAGAIN ? 0 : -1;
	}
	return console_ended(c, "the console's device went away, and was not back after %" PRId64 " ms: %s", gone_ms, e.what);
}

static ssize_t tty_read(struct console *c, void *out, size_t n, struct err *e)
{
	struct tty_console *t = self(c);
	ssize_t got;

	(void)e;
	if (t->away)
		return come_back(t);
	got = read(c->fd, out, n);
	if (got > 0)
		return got;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return -1;
	return go_away(t); /* read(2) of 0 is a hang-up: nobody types ^D in raw mode */
}

static int tty_break(struct console *c, int64_t ms, struct err *e)
{
	if (self(c)->away || ioctl(c->fd, TIOCSBRK) < 0)
		return err_sys(e, ERR_INFRA, "cannot send a break");
	usleep((useconds_t)ms * 1000);
	ioctl(c->fd, TIOCCBRK);
	return 0;
}

static void tty_destroy(struct console *c)
{
	free(self(c)->path);
	free(c);
}

static const struct console_ops tty_ops = {
	.name = "tty",
	.settle_ms = 50,
	.open = tty_open,
	.close = tty_close,
	.destroy = tty_destroy,
	.read = tty_read,
	.send_break = tty_break,
};

struct console *console_tty_create(const struct console_tty *spec)
{
	struct tty_console *t = xcalloc(1, sizeof *t);

	t->base = (struct console){.ops = &tty_ops, .fd = -1, .out_fd = -1};
	t->spec = spec;
	return &t->base;
}
