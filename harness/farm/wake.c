#include "farm/wake.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "util/cancel.h"
#include "util/clock.h"
#include "util/mem.h"

enum { CHUNK = 4096 };

/* This process's instance; a child finds its parent's in it, which is not its own. */
static int kept = -1;
static pid_t keeper;

static void drain(int fd)
{
	char chunk[CHUNK] __attribute__((aligned(__alignof__(struct inotify_event))));

	while (read(fd, chunk, sizeof chunk) > 0)
		;
}

void wake_init(struct wake *w)
{
	if (kept >= 0 && keeper != getpid()) {
		close(kept);
		kept = -1;
	}
	if (kept < 0) {
		kept = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
		keeper = getpid();
	}
	w->fd = kept;
	w->count = 0;
	if (kept >= 0)
		drain(kept);
}

void wake_finish(struct wake *w)
{
	for (size_t i = 0; i < w->count; i++)
		inotify_rm_watch(w->fd, w->watches[i]);
	w->fd = -1;
	w->count = 0;
}

bool wake_watch(struct wake *w, const char *path)
{
	static const uint32_t mask =
		IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_DONT_FOLLOW;

	int watch = w->fd >= 0 && w->count < WAKE_WATCHES_MOST ? inotify_add_watch(w->fd, path, mask) : -1;

	if (watch >= 0)
		w->watches[w->count++] = watch;
	return watch >= 0;
}

int wake_process(pid_t pid)
{
	return pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
}

void wake_wait(struct wake *w, int *ends, size_t n, int64_t deadline_ms)
{
	struct pollfd *p = xcalloc(n + 2, sizeof *p);
	int seen;

	p[0] = (struct pollfd){.fd = cancel_fd(), .events = POLLIN};
	p[1] = (struct pollfd){.fd = w->fd, .events = POLLIN};
	for (size_t i = 0; i < n; i++)
		p[i + 2] = (struct pollfd){.fd = ends[i], .events = POLLIN};
	seen = poll(p, n + 2, clock_poll_timeout(deadline_ms));
	if (seen > 0 && p[1].revents)
		drain(w->fd);
	for (size_t i = 0; seen > 0 && i < n; i++)
		if (p[i + 2].revents) {
			close(ends[i]);
			ends[i] = -1;
		}
	free(p);
}

void wake_settle(struct wake *w, int us)
{
	usleep((useconds_t)us);
	if (w->fd >= 0)
		drain(w->fd);
}
