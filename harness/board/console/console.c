#include "board/console/console.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static struct console *create_tty(const struct unit_console *c)
{
	return console_tty_create(c->tty);
}

static struct console *create_tcp(const struct unit_console *c)
{
	return console_tcp_create(c->tcp);
}

static struct console *create_ssh(const struct unit_console *c)
{
	return console_ssh_create(c->ssh);
}

static struct console *create_exec(const struct unit_console *c)
{
	return console_exec_create(c->exec);
}

static struct console *create_replay(const struct unit_console *c)
{
	return console_replay_create(c->replay);
}

static struct console *(*const drivers[CONSOLE_DRIVERS])(const struct unit_console *) = {
	[CONSOLE_TTY] = create_tty,   [CONSOLE_TCP] = create_tcp,       [CONSOLE_SSH] = create_ssh,
	[CONSOLE_EXEC] = create_exec, [CONSOLE_REPLAY] = create_replay,
};

struct console *console_create(const struct unit_console *c)
{
	return drivers[c->driver](c);
}

int console_open(struct console *c, struct err *e)
{
	c->why[0] = '\0';
	return c->ops->open(c, e);
}

int console_powered(struct console *c, struct err *e)
{
	return c->ops->powered ? c->ops->powered(c, e) : 0;
}

void console_destroy(struct console *c)
{
	if (!c)
		return;
	c->ops->close(c);
	c->ops->destroy(c);
}

int console_ended(struct console *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->why, sizeof c->why, fmt, ap);
	va_end(ap);
	return 0;
}

ssize_t console_read(struct console *c, void *out, size_t n, struct err *e)
{
	ssize_t got;

	if (c->ops->read)
		return c->ops->read(c, out, n, e);
	got = read(c->fd, out, n);
	if (got >= 0)
		return got;
	if (errno == EAGAIN || errno == EINTR)
		return -1;
	if (errno == ECONNRESET || errno == EIO)
		return 0; /* the far end is gone: a socket and a pty say so in their own ways */
	err_sys(e, ERR_INFRA, "cannot read the console");
	return -2;
}

size_t console_read_on(struct console *c, void *out, size_t n, ssize_t *last, struct err *e)
{
	size_t got = 0;

	do {
		*last = console_read(c, (char *)out + got, n - got, e);
		got += *last > 0 ? (size_t)*last : 0;
	} while (*last >= CONSOLE_MORE && got < n);
	return got;
}

ssize_t console_write(struct console *c, const void *bytes, size_t n, struct err *e)
{
	ssize_t put;

	if (c->out_fd < 0)
		return 0;
	if (c->ops->write)
		return c->ops->write(c, bytes, n, e);
	put = write(c->out_fd, bytes, n);
	if (put >= 0)
		return put;
	if (errno == EAGAIN || errno == EINTR || errno == EPIPE || errno == EIO || errno == ECONNRESET)
		return 0; /* the far end is gone, or the line full: which, reading says better, or the power */
	return err_sys(e, ERR_INFRA, "cannot write to the console");
}

int console_break(struct console *c, int64_t ms, struct err *e)
{
	if (c->ops->send_break)
		return c->ops->send_break(c, ms, e);
	return err_set(e, ERR_INFRA, "there is no break on a console of kind %s", c->ops->name);
}
