#include "farm/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "farm/state.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"

#define SUFFIX "lock"

enum {
	POLL_MS = 4,
	WORDS_MS = 200, /* a new holder has left its words by then, or leaves none */
};

/* Those of this process; a child finds its parent's in it, which are not its own. */
static struct unit_lock *held;

static struct unit_lock **find_own(const char *unit)
{
	struct unit_lock **l = &held;

	while (*l && ((*l)->owner != getpid() || strcmp((*l)->unit, unit) != 0))
		l = &(*l)->next;
	return l;
}

void unit_lock_init(struct unit_lock *l)
{
	*l = (struct unit_lock){.fd = -1};
}

bool unit_lock_is_held(const struct unit_lock *l)
{
	return l->fd >= 0 && l->owner == getpid();
}

/* Taken; 1: another process has it; -1 with errno. */
static int try_lock(int fd)
{
	struct flock f = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_SETLK, &f) == 0)
		return 0;
	return errno == EACCES || errno == EAGAIN ? 1 : -1;
}

/* Whose it is; 0: a process that cannot be seen from here; -1: nobody's, or that cannot be told. */
static pid_t ask_kernel(int fd)
{
	struct flock f = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_GETLK, &f) < 0 || f.l_type == F_UNLCK)
		return -1;
	return f.l_pid > 0 ? f.l_pid : 0;
}

/* Somebody may have removed the file since it was opened: a lock on that is none. */
static bool is_still_there(int fd, const char *path)
{
	struct stat opened, there;

	return fstat(fd, &opened) == 0 && lstat(path, &there) == 0 && opened.st_ino == there.st_ino &&
	       opened.st_dev == there.st_dev;
}

/* ---- waiting ---- */

struct wait {
	const char *unit;
	int64_t deadline_ms;
	void (*waiting)(void *ctx, const struct lock_holder *h);
	void *ctx;
	pid_t pid;          /* the holder seen last; -1: none */
	int64_t seen_ms;    /* since when it has been seen */
	char since[CLOCK_ISO_SIZE]; /* since when it says it has it; empty: it has said nothing */
	bool told;          /* the caller knows of it */
};

/* Once for each: as soon as it has left its words, or when it is clear that it leaves none. */
static void look_at_holder(struct wait *w, int fd)
{
	pid_t pid = ask_kernel(fd);
	struct lock_holder h;

	if (pid < 0 || !w->waiting)
		return;
	holder_read(&h, w->unit, pid);
	if (pid != w->pid || (h.known && w->since[0] && strcmp(h.since, w->since) != 0)) {
		w->pid = pid;
		w->seen_ms = clock_ms();
		w->since[0] = '\0';
		w->told = false;
	}
	if (h.known && !w->since[0])
		snprintf(w->since, sizeof w->since, "%s", h.since);
	if (!w->told && (h.known || clock_ms() - w->seen_ms >= WORDS_MS)) {
		w->told = true;
		w->waiting(w->ctx, &h);
	}
	holder_finish(&h);
}

static int is_busy(const char *unit, int fd, struct err *e)
{
	pid_t pid = ask_kernel(fd);
	struct lock_holder h;
	char *text;

	holder_read(&h, unit, pid > 0 ? pid : 0);
	text = holder_text(&h);
	err_set(e, ERR_INFRA, "board %s is not free: %s", unit, text);
	if (e)
		e->sys = EBUSY;
	err_hint(e, "`runtest who` shows who holds what");
	free(text);
	holder_finish(&h);
	return -1;
}

static int nap(const struct wait *w, struct err *e)
{
	struct pollfd stop = {.fd = cancel_fd(), .events = POLLIN};
	int64_t soon = clock_ms() + POLL_MS;

	poll(&stop, 1, clock_poll_timeout(soon < w->deadline_ms ? soon : w->deadline_ms));
	if (!cancel_requested())
		return 0;
	return err_set(e, ERR_CANCELLED, "stopped by a signal while waiting for board %s", w->unit);
}

/* The file's lock: 0, 1 when the file is another by now, -1. */
static int wait_for_lock(struct wait *w, int fd, const char *path, struct err *e)
{
	int rc;

	while ((rc = try_lock(fd)) == 1) {
		if (clock_ms() >= w->deadline_ms)
			return is_busy(w->unit, fd, e);
		look_at_holder(w, fd);
		if (nap(w, e) < 0)
			return -1;
		if (!is_still_there(fd, path))
			return 1;
	}
	if (rc < 0)
		return file_error(e, "lock the file", path);
	return is_still_there(fd, path) ? 0 : 1;
}

/* The descriptor with the lock, or -1. */
static int open_locked(struct wait *w, const char *path, struct err *e)
{
	int fd, rc;

	do {
		fd = state_open(path, e);
		rc = fd < 0 ? -1 : wait_for_lock(w, fd, path, e);
		if (rc && fd >= 0)
			close(fd);
	} while (rc == 1);
	return rc < 0 ? -1 : fd;
}

/* ---- taking and giving back ---- */

static int is_own(const char *unit, struct err *e)
{
	err_set(e, ERR_INFRA, "board %s is held by this very process", unit);
	if (e)
		e->sys = EBUSY;
	return -1;
}

static void keep(struct unit_lock *l, int fd, const char *unit, const struct lock_purpose *purpose)
{
	char now[CLOCK_ISO_SIZE];

	*l = (struct unit_lock){
		.fd = fd, .owner = getpid(), .unit = xstrdup(unit), .since = xstrdup(clock_iso(now)), .next = held,
	};
	held = l;
	/* Words that cannot be written (the disk is full) are missed, but the board must still be had: to switch it off. */
	holder_write(unit, purpose, l->since, NULL);
}

int unit_lock_take(struct unit_lock *l, const char *unit, const struct lock_purpose *purpose, int64_t deadline_ms,
		   void (*waiting)(void *ctx, const struct lock_holder *h), void *ctx, struct err *e)
{
	struct wait w = {.unit = unit, .deadline_ms = deadline_ms, .waiting = waiting, .ctx = ctx, .pid = -1};
	char *path;
	int fd;

	unit_lock_init(l);
	if (*find_own(unit))
		return is_own(unit, e);
	path = state_path(unit, SUFFIX, e);
	if (!path)
		return -1;
	fd = open_locked(&w, path, e);
	free(path);
	if (fd < 0)
		return -1;
	keep(l, fd, unit, purpose);
	return 0;
}

int unit_lock_tell(const struct unit_lock *l, const struct lock_purpose *purpose, struct err *e)
{
	return holder_write(l->unit, purpose, l->since, e);
}

static void forget(const struct unit_lock *l)
{
	struct unit_lock **p = &held;

	while (*p && *p != l)
		p = &(*p)->next;
	if (*p)
		*p = l->next;
}

void unit_lock_release(struct unit_lock *l)
{
	if (l->fd < 0)
		return;
	forget(l);
	if (unit_lock_is_held(l))
		holder_erase(l->unit); /* before the next one writes its own */
	close(l->fd);
	free(l->unit);
	free(l->since);
	unit_lock_init(l);
}

int unit_lock_holder(const char *unit, struct lock_holder *h, struct err *e)
{
	pid_t pid = getpid();
	char *path = state_path(unit, SUFFIX, e);
	int fd;

	if (!path)
		return -1;
	if (!*find_own(unit)) { /* one's own must not be opened: closing it would give it away */
		fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0 && errno != ENOENT) {
			file_error(e, "open the file", path);
			free(path);
			return -1;
		}
		pid = fd < 0 ? -1 : ask_kernel(fd);
		if (fd >= 0)
			close(fd);
	}
	free(path);
	if (pid < 0)
		return 0;
	holder_read(h, unit, pid);
	return 1;
}
