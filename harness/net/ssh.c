#include "net/ssh.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/cancel.h"
#include "util/clock.h"
#include "util/module.h"
#include "util/proc.h"

enum {
	NEWS_MS = 20000, /* how far the news of a command's end may be behind its last byte, which costs a verdict if it is missed */
	GRACE_MS = 500,  /* for saying good-bye */
	DESCRIPTORS = 1024,
};

static void report_error(int fd, const struct err *e)
{
	struct ssh_report r = {.news = SSH_NEWS_FAILED};

	snprintf(r.what, sizeof r.what, "%s", e->what);
	snprintf(r.hint, sizeof r.hint, "%s", e->hint);
	if (write(fd, &r, sizeof r) < 0)
		_exit(126);
}

/* In the new process: nothing of the session's stays open, and a ^C at the terminal is not meant for it. */
static void become(const struct ssh_job *job, pid_t parent)
{
	const struct ssh_ops *ops;
	struct err e;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	setsid();
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	cancel_hold(false);
	for (int fd = 3; fd < DESCRIPTORS; fd++)
		if (fd != job->stream_fd && fd != job->report_fd && fd != job->via_fd)
			close(fd);
	ops = module_load("ssh", SSH_MODULE_SYMBOL, "libssh-dev", &e);
	if (ops)
		ops->carry(job);
	else
		report_error(job->report_fd, &e);
	_exit(0);
}

/* Start it; `near` gets our end of its stream. */
static int start(struct ssh_carrier *c, struct ssh_job *job, int *near, struct err *e)
{
	int stream[2], report[2];
	pid_t parent = getpid();

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, stream) < 0)
		return err_sys(e, ERR_INFRA, "cannot make a socket pair");
	if (pipe2(report, O_CLOEXEC) < 0) {
		close(stream[0]);
		close(stream[1]);
		return err_sys(e, ERR_INFRA, "cannot make a pipe");
	}
	job->stream_fd = stream[1];
	job->report_fd = report[1];
	fflush(NULL);
	cancel_hold(true);
	c->pid = fork();
	if (c->pid == 0)
		become(job, parent);
	cancel_hold(false);
	close(stream[1]);
	close(report[1]);
	c->report_fd = report[0];
	*near = stream[0];
	if (c->pid > 0)
		return 0;
	close(stream[0]);
	close(report[0]);
	c->pid = 0;
	return err_sys(e, ERR_INFRA, "cannot start a process");
}

static void end(struct ssh_carrier *c)
{
	if (c->pid <= 0)
		return;
	proc_end(c->pid, SIGTERM, GRACE_MS);
	close(c->report_fd);
	c->pid = 0;
}

/* Its next report. 1, 0: none within the time, -1: it has none any more. `stop`: cancellation ends the wait, too. */
static int hear(const struct ssh_carrier *c, struct ssh_report *r, int64_t deadline_ms, bool stop)
{
	struct pollfd p[] = {{.fd = c->report_fd, .events = POLLIN}, {.fd = stop ? cancel_fd() : -1, .events = POLLIN}};
	int n;

	while ((n = poll(p, 2, clock_poll_timeout(deadline_ms))) < 0 && errno == EINTR)
		;
	if (n <= 0 || p[1].revents)
		return 0;
	return read(c->report_fd, r, sizeof *r) == (ssize_t)sizeof *r ? 1 : -1;
}

static int await_news(const struct ssh_carrier *c, const struct ssh_host *host, enum ssh_news wanted, int64_t deadline_ms,
		      bool stoppable, struct err *e)
{
	struct ssh_report r;
	int heard = hear(c, &r, deadline_ms, stoppable);

	if (heard > 0 && r.news == wanted)
		return 0;
	if (heard == 0 && stoppable && cancel_requested())
		return err_set(e, ERR_CANCELLED, "stopped by a signal");
	if (heard == 0)
		return err_set(e, ERR_INFRA, wanted == SSH_NEWS_STARTED ? "%s:%d did not let us in by ssh in time"
				: "%s:%d did not take the files by sftp in time", host->host, host->port);
	if (heard < 0 || r.news != SSH_NEWS_FAILED)
		return err_set(e, ERR_INFRA, "the process that spoke ssh to %s:%d ended without a word", host->host, host->port);
	err_set(e, ERR_INFRA, "%s", r.what);
	if (r.hint[0])
		err_hint(e, "%s", r.hint);
	return -1;
}

static int64_t left(int64_t deadline_ms)
{
	int64_t ms = deadline_ms - clock_ms();

	return ms > 1 ? ms : 1;
}

/* Connect, by a jump host if need be, and hear that the job has begun. */
static int begin(struct ssh_stream *s, const struct ssh_host *host, struct ssh_job *job, int64_t deadline_ms, bool stoppable,
		 struct err *e)
{
	int rc = 0;

	*s = (struct ssh_stream){.fd = -1, .host = host};
	job->host = host;
	job->via_fd = -1;
	if (host->jump) {
		struct ssh_job there = {.host = host->jump, .via_fd = -1, .next = host, .patience_ms = left(deadline_ms)};

		rc = start(&s->jump, &there, &job->via_fd, e);
		if (rc == 0)
			rc = await_news(&s->jump, host->jump, SSH_NEWS_STARTED, deadline_ms, stoppable, e);
	}
	job->patience_ms = left(deadline_ms);
	if (rc == 0)
		rc = start(&s->carrier, job, &s->fd, e);
	if (rc == 0)
		rc = await_news(&s->carrier, host, SSH_NEWS_STARTED, deadline_ms, stoppable, e);
	if (job->via_fd >= 0)
		close(job->via_fd);
	if (rc < 0)
		ssh_close(s);
	return rc;
}

int ssh_open(struct ssh_stream *s, const struct ssh_host *host, const char *command, bool terminal, int64_t deadline_ms,
	     bool stoppable, struct err *e)
{
	struct ssh_job job = {.command = command, .terminal = terminal};

	if (begin(s, host, &job, deadline_ms, stoppable, e) < 0)
		return -1;
	fcntl(s->fd, F_SETFL, O_NONBLOCK);
	return 0;
}

int ssh_do(const struct ssh_host *host, struct ssh_job *job, int64_t deadline_ms, bool stop, struct err *e)
{
	struct ssh_stream s;
	int rc = begin(&s, host, job, deadline_ms, stop, e);

	if (rc == 0)
		rc = await_news(&s.carrier, host, SSH_NEWS_EXITED, deadline_ms, stop, e);
	ssh_close(&s);
	return rc;
}

int ssh_why_ended(struct ssh_stream *s, char *out, size_t n)
{
	struct ssh_report r = {.news = SSH_NEWS_STARTED};
	int heard = hear(&s->carrier, &r, clock_ms() + NEWS_MS, false);

	if (heard > 0 && r.news == SSH_NEWS_EXITED) {
		snprintf(out, n, "the command on %s exited with status %d", s->host->host, r.status);
		return r.status;
	}
	if (heard > 0 && r.news == SSH_NEWS_FAILED)
		snprintf(out, n, "%s", r.what);
	else
		snprintf(out, n, "the ssh connection to %s:%d ended without a word", s->host->host, s->host->port);
	/* The far host's carrier sees only that its way is cut: the near one knows why. */
	if (s->jump.pid > 0 && hear(&s->jump, &r, clock_ms(), false) > 0 && r.news == SSH_NEWS_FAILED)
		snprintf(out, n, "%s", r.what);
	return -1;
}

void ssh_close(struct ssh_stream *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	end(&s->carrier);
	end(&s->jump);
}
