#include "expect/dialogue.h"

#include <dlfcn.h>
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
#include "util/file.h"
#include "util/mem.h"
#include "util/proc.h"

struct dialogue {
	int fd;
	pid_t pid; /* not reaped before dialogue_end(): until then its group's number is ours to signal */
	struct buf kept; /* read while waiting for something in front of it */
};

/* Where the module stands, seen from the program's own folder: in a built tree, beside it, installed. */
static const char *const module_places[] = {
	"build/release/libexec/expect.so",
	"libexec/expect.so",
	"../libexec/runtest/expect.so",
};

static char *find_module(void)
{
	const char *set = getenv("RUNTEST_LIBEXEC");
	char *own, *path = NULL;

	if (set)
		return xasprintf("%s/expect.so", set);
	own = file_own_folder();
	for (size_t i = 0; own && !path && i < sizeof module_places / sizeof module_places[0]; i++) {
		path = xasprintf("%s/%s", own, module_places[i]);
		if (!file_exists(path)) {
			free(path);
			path = NULL;
		}
	}
	free(own);
	return path;
}

/* Loaded once and never unloaded: libexpect's state and its terminals' buffers live in it. */
static const struct dialogue_ops *load_module(struct err *e)
{
	static const struct dialogue_ops *ops;
	char *path;
	void *module;

	if (ops)
		return ops;
	path = find_module();
	module = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
	ops = module ? dlsym(module, DIALOGUE_MODULE_SYMBOL) : NULL;
	if (!ops) {
		err_set(e, ERR_INFRA, "cannot load the module for expect scripts: %s",
			path ? dlerror() : "expect.so is not there");
		err_hint(e, "`make` builds it (Debian package tcl-expect-dev) into libexec/ beside runtest; another folder can be "
			    "named in RUNTEST_LIBEXEC");
	}
	free(path);
	return ops;
}

struct dialogue *dialogue_start(const struct dialogue_spec *spec, struct err *e)
{
	const struct dialogue_ops *ops = load_module(e);
	struct dialogue *d;
	pid_t pid;
	int fd;

	if (!ops)
		return NULL;
	fd = ops->spawn(spec, &pid);
	if (fd < 0) {
		bool missing = errno == ENOENT;

		err_sys(e, ERR_INFRA, "cannot start %s on a terminal", spec->argv[0]);
		if (missing)
			err_hint(e, "it is not installed, or not in PATH: `runtest doctor` names its package");
		return NULL;
	}
	d = xcalloc(1, sizeof *d);
	d->fd = fd;
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

int dialogue_await(struct dialogue *d, const char *text, int timeout_ms, struct err *e)
{
	const struct dialogue_ops *ops = load_module(e);
	int64_t deadline = clock_ms() + timeout_ms;
	struct pollfd p[] = {{.fd = d->fd, .events = POLLIN}, {.fd = cancel_fd(), .events = POLLIN}};
	const char *rest;
	size_t n;
	int found = 0;

	while (found == 0) {
		int ready = poll(p, 2, clock_poll_timeout(deadline));

		if (ready > 0 && p[1].revents)
			return err_set(e, ERR_CANCELLED, "stopped while waiting for the program on the terminal");
		if (ready == 0)
			break;
		if (ready > 0)
			found = ops->look_for(d->fd, text, &rest, &n);
	}
	if (found <= 0)
		return not_come(d, e);
	buf_add(&d->kept, rest, n);
	return 0;
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
	if (!d->kept.len)
		return outcome(read(d->fd, bytes, n));
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

int dialogue_end(struct dialogue *d, int grace_ms)
{
	int status;

	if (!d)
		return 0;
	/* one that has ended may have left something behind in its group */
	status = proc_end(d->pid, dialogue_ended(d, &status) ? SIGKILL : SIGTERM, grace_ms);
	close(d->fd);
	buf_finish(&d->kept);
	free(d);
	return status;
}
