/* Any program of this machine on a terminal of its own: what it prints is the console, what it reads is typed there. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board/console/console.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/proc.h"
#include "util/terminal.h"

enum {
	GRACE_MS = 500, /* for picocom and its like to give the device back in good order */
	NEWS_MS = 2000, /* how far a program's end may be behind its terminal's, on a machine that is busy with other things */
};

struct exec_console {
	struct console base;
	const struct console_exec *spec;
	pid_t pid;
	int status; /* once it has ended: pid is 0 then */
};

static struct exec_console *self(struct console *c)
{
	return (struct exec_console *)c;
}

/* proc_start gives it a process group of its own, and takes it with us when we die. */
static int exec_open(struct console *c, struct err *e)
{
	struct exec_console *x = self(c);
	int master, slave;

	if (terminal_open(&master, &slave, false, e) < 0)
		return -1;
	x->pid = proc_start(&(struct proc_spec){.argv = x->spec->command, .in = slave, .out = slave, .err = slave,
						.terminal = true}, e);
	close(slave);
	if (x->pid < 0) {
		close(master);
		x->pid = 0;
		return -1;
	}
	c->fd = c->out_fd = master;
	return 0;
}

static void exec_close(struct console *c)
{
	struct exec_console *x = self(c);

	if (c->fd >= 0)
		close(c->fd);
	c->fd = c->out_fd = -1;
	if (x->pid > 0)
		proc_end(x->pid, SIGTERM, GRACE_MS);
	x->pid = 0;
}

static bool has_ended(struct exec_console *x)
{
	int64_t deadline = clock_ms() + NEWS_MS;
	bool late = false;

	while (x->pid > 0 && waitpid(x->pid, &x->status, WNOHANG) == 0) {
		if (late)
			return false;
		late = clock_ms() >= deadline; /* then it is looked at once more: we may have stood still ourselves */
		usleep(1000);
	}
	x->pid = 0;
	return true;
}

static void tell_end(struct exec_console *x)
{
	const char *program = x->spec->command[0];
	char status[96];

	if (x->pid > 0 && !has_ended(x))
		console_ended(&x->base, "the console's program %s closed its terminal", program);
	else if (!x->base.why[0])
		console_ended(&x->base, "the console's program %s %s", program,
			      proc_status_text(x->status, status, sizeof status));
}

static ssize_t exec_read(struct console *c, void *out, size_t n, struct err *e)
{
	ssize_t got = read(c->fd, out, n);

	if (got > 0)
		return got;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return -1;
	if (got < 0 && errno != EIO) {
		err_sys(e, ERR_INFRA, "cannot read the console");
		return -2;
	}
	tell_end(self(c));
	return 0;
}

static void exec_destroy(struct console *c)
{
	free(c);
}

static const struct console_ops exec_ops = {
	.name = "exec",
	.settle_ms = 300,
	.open = exec_open,
	.close = exec_close,
	.destroy = exec_destroy,
	.read = exec_read,
};

struct console *console_exec_create(const struct console_exec *spec)
{
	struct exec_console *x = xcalloc(1, sizeof *x);

	x->base = (struct console){.ops = &exec_ops, .fd = -1, .out_fd = -1};
	x->spec = spec;
	return &x->base;
}
