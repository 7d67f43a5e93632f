#include "net/connect.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/cancel.h"
#include "util/clock.h"

/* Wait until the connection stands. -1 with errno; ECANCELED: told to stop. */
static int await_connection(int fd, int64_t deadline_ms)
{
	struct pollfd p[] = {{.fd = fd, .events = POLLOUT}, {.fd = cancel_fd(), .events = POLLIN}};
	socklen_t size = sizeof errno;
	int n, error = 0;

	while ((n = poll(p, 2, clock_poll_timeout(deadline_ms))) < 0 && errno == EINTR)
		;
	if (n > 0 && p[1].revents)
		error = ECANCELED;
	else if (n == 0)
		error = ETIMEDOUT;
	else if (n < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		error = errno;
	errno = error;
	return error ? -1 : 0;
}

static int connect_to(const struct sockaddr *address, socklen_t size, int64_t deadline_ms)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), at_once = 1, error;

	if (fd < 0)
		return -1;
	if (address->sa_family != AF_UNIX)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
	if (connect(fd, address, size) == 0 || (errno == EINPROGRESS && await_connection(fd, deadline_ms) == 0))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

static int refused(const char *what, struct err *e)
{
	if (errno == ECANCELED)
		return err_set(e, ERR_CANCELLED, "stopped by a signal");
	return err_sys(e, ERR_INFRA, "cannot connect to %s", what);
}

int net_connect_unix(const char *path, const char *what, int64_t deadline_ms, struct err *e)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	if (strlen(path) >= sizeof address.sun_path)
		return err_set(e, ERR_INFRA, "the path of a socket has at most %zu bytes: %s", sizeof address.sun_path - 1, path);
	memcpy(address.sun_path, path, strlen(path));
	fd = connect_to((struct sockaddr *)&address, sizeof address, deadline_ms);
	return fd < 0 ? refused(what, e) : fd;
}

int net_connect_tcp(const char *host, const char *port, const char *what, int64_t deadline_ms, struct err *e)
{
	struct addrinfo want = {.ai_socktype = SOCK_STREAM}, *found = NULL;
	int fd = -1, rc = getaddrinfo(host, port, &want, &found);

	if (rc != 0)
		return err_set(e, ERR_INFRA, "cannot find %s: %s", what, gai_strerror(rc));
	errno = ECONNREFUSED;
	for (struct addrinfo *a = found; a && fd < 0; a = a->ai_next)
		fd = connect_to(a->ai_addr, a->ai_addrlen, deadline_ms);
	freeaddrinfo(found);
	return fd < 0 ? refused(what, e) : fd;
}

void net_watch_peer(int fd)
{
	int yes = 1, idle_s = 10, every_s = 5, times = 3, unheard_ms = 25000;

	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every_s, sizeof every_s);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &times, sizeof times);
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unheard_ms, sizeof unheard_ms);
}
