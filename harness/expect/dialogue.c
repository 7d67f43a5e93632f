#include "expect/dialogue.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/module.h"
#include "util/proc.h"

enum { EXIT_MS = 20000 }; /* for a program that has let its terminal go to be gone, on a machine that stalls */

struct dialogue {
	int fd;
	bool over; /* the terminal has been read to its end */
	int held;  /* the program's side of the terminal, until it has opened it itself; -1: not held */
	pid_t pid; /* not reaped before dialogue_end(): until then its group's number is ours to signal */
	struct buf kept; /* read while waiting for something in front of it */
};

/* libexpect's state and its terminals' buffers live in it. */
static const struct dialogue_ops *load_module(struct err *e)
{
	static const struct dialogue_ops *ops;

	if (!ops)
		ops = module_load("expect", DIALOGUE_MODULE_SYMBOL, "tcl-expect-dev", e);
	return ops;
}

struct dialogue *dialogue_start(const struct dialogue_spec *spec, struct err *e)
{
	const struct dialogue_ops *ops = load_module(e);
	struct dialogue *d;
	pid_t pid;
	int fd, held;

	if (!ops)
		return NULL;
	fd = ops->spawn(spec, &pid, &held);
	if (fd < 0) {
		bool missing = errno == ENOENT;

		err_sys(e, ERR_INFRA, "cannot start %s on a terminal", spec->argv[0]);
		if (missing)
			err_hint(e, "it is not installed, or not in PATH: `runtest doctor` names its package");
		return NULL;
	}
	d = xcalloc(1, sizeof *d);
	d->fd = fd;
	d->held = held;
	d->pid = pid;
	buf_init(&d->kept);
	return d;
}

int dialogue_fd(const struct dialogue *d)
{
	return d->fd;
}

pid_t dialogue_pid(const struct dialogue *d)
{
	return d->pid;
}

bool dialogue_ended(const struct dialogue *d, int *wait_status)
{
	siginfo_t info = {.si_pid = 0};

	if (waitid(P_PID, (id_t)d->pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || !info.si_pid)
		return false;
	*wait_status = info.si_code == CLD_EXITED ? W_EXITCODE(info.si_status, 0) : info.si_status;
	return true;
}

static int not_come(const struct dialogue *d, struct err *e)
{
	char how[96] = "is still running";
	int status;

	if (dialogue_ended(d, &status))
		proc_status_text(status, how, sizeof how);
	return err_set(e, ERR_INFRA, "the program on the terminal did not say that it is ready: it %s", how);
}

/* Until it has come (1), the program or the time has ended (0), or a stop was requested (-1). */
static int await(struct dialogue *d, int pidfd, const char *text, int64_t deadline, const struct dialogue_ops *ops)
{
	struct pollfd p[] = {
		{.fd = d->fd, .events = POLLIN},
		{.fd = cancel_fd(), .events = POLLIN},
		{.fd = pidfd, .events = POLLIN},
	};

	for (;;) {
		int ready = poll(p, 3, clock_poll_timeout(deadline)), found;
		const char *rest;
		size_t n;

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready > 0 && p[1].revents)
			return -1;
		if (ready <= 0 || !p[0].revents)
			return 0;
		found = ops->look_for(d->fd, text, &rest, &n);
		if (found > 0)
			buf_add(&d->kept, rest, n);
		if (found)
			return found > 0;
	}
}

/* From now on the terminal is hung up when the program closes it. */
static void let_go(struct dialogue *d)
{
	if (d->held >= 0)
		close(d->held);
	d->held = -1;
}

int dialogue_await(struct dialogue *d, const char *text, int timeout_ms, struct err *e)
{
	int pidfd = proc_pidfd(d->pid), come;

	come = await(d, pidfd, text, clock_ms() + timeout_ms, load_module(e));
	if (pidfd >= 0)
		close(pidfd);
	let_go(d);
	if (come < 0)
		return err_set(e, ERR_CANCELLED, "stopped while waiting for the program on the terminal");
	return come ? 0 : not_come(d, e);
}

/* A terminal whose other side is closed says EIO. */
static ssize_t outcome(ssize_t n)
{
	if (n > 0)
		return n;
	return n < 0 && (errno == EAGAIN || errno == EINTR) ? DIALOGUE_LATER : DIALOGUE_OVER;
}

ssize_t dialogue_read(struct dialogue *d, void *bytes, size_t n)
{
	if (!d->kept.len) {
		ssize_t got = outcome(read(d->fd, bytes, n));

		d->over = d->over || got == DIALOGUE_OVER;
		return got;
	}
	if (n > d->kept.len)
		n = d->kept.len;
	memcpy(bytes, d->kept.data, n);
	buf_drop_front(&d->kept, n);
	return (ssize_t)n;
}

ssize_t dialogue_write(struct dialogue *d, const void *bytes, size_t n)
{
	return n ? outcome(write(d->fd, bytes, n)) : DIALOGUE_LATER;
}

static bool ends_within(const struct dialogue *d, int ms)
{
	struct pollfd p = {.fd = proc_pidfd(d->pid), .events = POLLIN};
	int64_t deadline = clock_ms() + ms;
	int n;

	do {
		n = poll(&p, 1, clock_poll_timeout(deadline));
	} while (n < 0 && errno == EINTR);
	if (p.fd >= 0)
		close(p.fd);
	return n > 0;
}

int dialogue_end(struct dialogue *d, int grace_ms)
{
	int status;

	if (!d)
		return 0;
	/* Who has let its terminal go is about to exit, and an expect that gets TERM at that moment hangs for ever. */
	if (d->over)
		ends_within(d, grace_ms > EXIT_MS ? grace_ms : EXIT_MS);
	/* one that has ended may have left something behind in its group */
	status = proc_end(d->pid, dialogue_ended(d, &status) ? SIGKILL : SIGTERM, grace_ms);
	let_go(d);
	close(d->fd);
	buf_finish(&d->kept);
	free(d);
	return status;
}
