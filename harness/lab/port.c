#include "lab/port.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/mem.h"

static int bound(int port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(fd, (struct sockaddr *)&a, sizeof a) == 0)
		return fd;
	close(fd);
	return -1;
}

static int port_of(int fd)
{
	struct sockaddr_in a = {0};
	socklen_t n = sizeof a;

	return getsockname(fd, (struct sockaddr *)&a, &n) < 0 ? -1 : ntohs(a.sin_port);
}

int port_hold(int *port, struct err *e)
{
	enum { TRIES = 20 };
	int fd = -1;

	for (int i = 0; i < TRIES && fd < 0; i++) {
		int chosen = bound(0); /* by the kernel, which gives nobody else what is bound */

		/* Asked for by number it stays ours when nobody listens any more: one that the kernel chose would not. */
		*port = chosen < 0 ? -1 : port_of(chosen);
		fd = *port < 0 ? -1 : bound(*port);
		if (chosen >= 0)
			close(chosen);
	}
	return fd < 0 ? err_sys(e, ERR_INFRA, "no free port on 127.0.0.1") : fd;
}

/* One that does not listen must be left alone: it would stay shut down, and so would every connection made with it later. */
void port_quieten(int fd)
{
	int listens = 0;
	socklen_t n = sizeof listens;

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &n) == 0 && listens)
		shutdown(fd, SHUT_RDWR);
}

enum { ESTABLISHED = 1, LISTEN = 10 }; /* as the kernel counts states */

/* The inode of a socket there in that state, or 0. */
static unsigned long socket_at(int port, unsigned wanted)
{
	FILE *list = fopen("/proc/net/tcp", "re");
	unsigned long inode, found = 0;
	unsigned at, state;
	char line[512];

	/* "  0: 0100007F:1B59 00000000:0000 0A ...": addresses in the machine's own order, ports in hex. */
	while (list && !found && fgets(line, sizeof line, list))
		if (sscanf(line, " %*d: %*8x:%x %*x:%*x %x %*x:%*x %*x:%*x %*x %*u %*d %lu", &at, &state, &inode) == 3 &&
		    at == (unsigned)port && state == wanted)
			found = inode;
	if (list)
		fclose(list);
	return found;
}

static bool has_socket(pid_t pid, unsigned long inode)
{
	char path[64], want[64], link[64];
	struct dirent *d;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
	snprintf(want, sizeof want, "socket:[%lu]", inode);
	dir = opendir(path);
	while (dir && !found && (d = readdir(dir))) {
		ssize_t n = readlinkat(dirfd(dir), d->d_name, link, sizeof link - 1);

		link[n > 0 ? n : 0] = '\0';
		found = strcmp(link, want) == 0;
	}
	if (dir)
		closedir(dir);
	return found;
}

bool port_is_listened(int port, pid_t pid)
{
	unsigned long inode = socket_at(port, LISTEN);
	bool found = inode && has_socket(pid, inode);
	char path[64];
	FILE *children;
	int child;

	if (!inode || found)
		return found;
	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
	children = fopen(path, "re");
	while (children && !found && fscanf(children, "%d", &child) == 1)
		found = has_socket(child, inode);
	if (children)
		fclose(children);
	return found;
}

bool port_is_connected(int port)
{
	return socket_at(port, ESTABLISHED) != 0;
}
