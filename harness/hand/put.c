#include "hand/put.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "util/cancel.h"

/* Since poll said that there is room, a write of so much does not block on a pipe. */
static ssize_t put_some(int fd, const char *p, size_t n)
{
	struct pollfd wait[] = {{.fd = fd, .events = POLLOUT}, {.fd = cancel_fd(), .events = POLLIN}};
	ssize_t put;

	if (poll(wait, 2, -1) < 0)
		return errno == EINTR ? 0 : -1;
	if (wait[1].revents)
		return -1;
	put = write(fd, p, n < PIPE_BUF ? n : PIPE_BUF);
	return put < 0 && (errno == EINTR || errno == EAGAIN) ? 0 : put;
}

int put_all(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;
	ssize_t put;

	for (; n; n -= (size_t)put, p += put) {
		put = put_some(fd, p, n);
		if (put < 0)
			return -1;
	}
	return 0;
}
