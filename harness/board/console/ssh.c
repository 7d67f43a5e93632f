/* A command on a lab host that has the board's serial line: microcom, picocom, tio, socat. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "board/console/console.h"
#include "net/ssh.h"
#include "util/clock.h"
#include "util/mem.h"

struct ssh_console {
	struct console base;
	const struct console_ssh *spec;
	struct ssh_stream stream;
};

static struct ssh_console *self(struct console *c)
{
	return (struct ssh_console *)c;
}

static int ssh_console_open(struct console *c, struct err *e)
{
	struct ssh_console *s = self(c);

	if (ssh_open(&s->stream, &s->spec->at, s->spec->command, s->spec->terminal == SSH_TERMINAL_PTY,
		     clock_ms() + CONSOLE_OPEN_MS, true, e) < 0)
		return -1;
	c->fd = c->out_fd = s->stream.fd;
	return 0;
}

static void ssh_console_close(struct console *c)
{
	ssh_close(&self(c)->stream);
	c->fd = c->out_fd = -1;
}

static ssize_t ssh_console_read(struct console *c, void *out, size_t n, struct err *e)
{
	char why[sizeof c->why];
	ssize_t got = read(c->fd, out, n);

	if (got > 0)
		return got;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return -1;
	if (got < 0 && errno != ECONNRESET) {
		err_sys(e, ERR_INFRA, "cannot read the console");
		return -2;
	}
	if (c->why[0])
		return 0;
	ssh_why_ended(&self(c)->stream, why, sizeof why);
	return console_ended(c, "%s", why);
}

static void ssh_console_destroy(struct console *c)
{
	free(c);
}

static const struct console_ops ssh_console_ops = {
	.name = "ssh",
	.settle_ms = 300,
	.open = ssh_console_open,
	.close = ssh_console_close,
	.destroy = ssh_console_destroy,
	.read = ssh_console_read,
};

struct console *console_ssh_create(const struct console_ssh *spec)
{
	struct ssh_console *s = xcalloc(1, sizeof *s);

	s->base = (struct console){.ops = &ssh_console_ops, .fd = -1, .out_fd = -1};
	s->spec = spec;
	s->stream.fd = -1;
	return &s->base;
}
