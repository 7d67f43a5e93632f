#include "board/console/console.h"

#include <errno.h>
#include <unistd.h>

int console_open(struct console *c, struct err *e)
{
	return c->ops->open(c, e);
}

void console_destroy(struct console *c)
{
	if (!c)
		return;
	c->ops->close(c);
	c->ops->destroy(c);
}

ssize_t console_read(struct console *c, void *out, size_t n, struct err *e)
{
	ssize_t got = read(c->fd, out, n);

	if (got >= 0)
		return got;
	if (errno == EAGAIN || errno == EINTR)
		return -1;
	if (errno == ECONNRESET || errno == EIO)
		return 0; /* the far end is gone: a socket and a pty say so in their own ways */
	err_sys(e, ERR_INFRA, "cannot read the console");
	return -2;
}

ssize_t console_write(struct console *c, const void *bytes, size_t n, struct err *e)
{
	ssize_t put = write(c->out_fd, bytes, n);

	if (put >= 0)
		return put;
	if (errno == EAGAIN || errno == EINTR || errno == EPIPE)
		return 0; /* EPIPE: the far end is gone, which reading, or the power, says better */
	return err_sys(e, ERR_INFRA, "cannot write to the console");
}
