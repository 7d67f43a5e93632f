#include "sched/sched.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/cancel.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/proc.h"

struct child {
	pid_t pid;
	int pidfd;    /* readable once it has ended */
	int fd;       /* what it writes; -1 once that is complete */
	size_t job;
	bool working; /* it holds one of the slots */
	struct buf output;
};

struct pool {
	const struct sched_ops *ops;
	void *ctx;
	size_t at_once, most; /* children at work; children in all, those included that only tidy up */
	struct child *children;
	struct pollfd *polls; /* one per child, and the cancellation behind them */
	size_t count;
	bool stopping;
	int64_t kill_at_ms;   /* when those that were told to end are ended */
};

/* Those that were not started yet. */
struct waiting {
	size_t *jobs, count;
};

/* A request to end that arrives while the child is still being made must reach its own handler, not the one it
 * inherited: it stays pending until then. */
static void hold_signals(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(how, &set, NULL);
}

static void be_child(struct pool *p, size_t job, int fd, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	setpgid(0, 0); /* ^C reaches the supervisor alone, which tells us */
	cancel_rearm();
	hold_signals(SIG_UNBLOCK);
	for (size_t i = 0; i < p->count; i++) {
		close(p->children[i].pidfd);
		if (p->children[i].fd >= 0)
			close(p->children[i].fd);
	}
	p->ops->work(p->ctx, job, fd);
	fflush(NULL);
	_exit(0);
}

static pid_t fork_child(struct pool *p, size_t job, const int fds[2])
{
	pid_t parent = getpid(), pid;

	fflush(NULL);
	hold_signals(SIG_BLOCK);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		be_child(p, job, fds[1], parent);
	}
	hold_signals(SIG_UNBLOCK);
	return pid;
}

static int start(struct pool *p, size_t job)
{
	struct child c = {.job = job, .working = true};
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -1;
	p->ops->starts(p->ctx, job);
	c.pid = fork_child(p, job, fds);
	c.pidfd = c.pid > 0 ? proc_pidfd(c.pid) : -1;
	c.fd = fds[0];
	close(fds[1]);
	if (c.pidfd >= 0) {
		p->children[p->count++] = c;
		return 0;
	}
	close(fds[0]);
	proc_end(c.pid, SIGKILL, 0); /* one that cannot be watched; none when the fork failed */
	return -1;
}

static void signal_all(struct pool *p, int sig)
{
	for (size_t i = 0; i < p->count; i++)
		kill(p->children[i].pid, sig);
	p->kill_at_ms = clock_ms() + p->ops->grace_ms;
}

static void stop_all(struct pool *p)
{
	if (p->stopping)
		return;
	p->stopping = true;
	signal_all(p, SIGTERM);
}

/* It has ended. It leaves the pool first: no signal must find its old number. */
static void hand_over(struct pool *p, size_t i)
{
	struct child c = p->children[i];
	int status = proc_wait(c.pid);

	p->count--;
	memmove(&p->children[i], &p->children[i + 1], (p->count - i) * sizeof c);
	close(c.pidfd);
	if (c.fd >= 0)
		close(c.fd);
	if (p->ops->ended(p->ctx, c.job, &c.output, status) != 0)
		stop_all(p);
	buf_finish(&c.output);
}

static void read_output(struct child *c)
{
	char chunk[65536];
	ssize_t n = read(c->fd, chunk, sizeof chunk);

	if (n < 0 && errno == EINTR)
		return;
	if (n > 0)
		buf_add(&c->output, chunk, (size_t)n);
	if (n > 0 && c->output.data[0] != SCHED_TIDYING)
		return;
	c->working = false;
	if (n > 0)
		return;
	close(c->fd);
	c->fd = -1;
}

static size_t working(const struct pool *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->count; i++)
		n += p->children[i].working;
	return n;
}

/* Until something has happened; then every poll says what. */
static void wait_for_one(struct pool *p)
{
	int n;

	for (size_t i = 0; i < p->count; i++)
		p->polls[i] = (struct pollfd){
			.fd = p->children[i].fd >= 0 ? p->children[i].fd : p->children[i].pidfd, .events = POLLIN};
	p->polls[p->count] = (struct pollfd){.fd = p->stopping ? -1 : cancel_fd(), .events = POLLIN};
	do {
		n = poll(p->polls, p->count + 1, p->stopping ? clock_poll_timeout(p->kill_at_ms) : -1);
	} while (n < 0 && errno == EINTR);
	if (n == 0)
		signal_all(p, SIGKILL);
	if (p->polls[p->count].revents)
		stop_all(p);
}

static bool has_room(const struct pool *p)
{
	return !p->stopping && !cancel_requested() && working(p) < p->at_once && p->count < p->most;
}

static bool is_excluded(const struct pool *p, size_t job)
{
	for (size_t i = 0; p->ops->excludes && i < p->count; i++)
		if (p->ops->excludes(p->ctx, p->children[i].job, job))
			return true;
	return false;
}

static void forget(struct waiting *w, size_t i)
{
	w->count--;
	memmove(&w->jobs[i], &w->jobs[i + 1], (w->count - i) * sizeof *w->jobs);
}

/* Start what there is room for. */
static void fill(struct pool *p, struct waiting *w)
{
	for (size_t i = 0; i < w->count && has_room(p);)
		if (is_excluded(p, w->jobs[i]))
			i++;
		else if (start(p, w->jobs[i]) == 0)
			forget(w, i);
		else
			stop_all(p);
	if (cancel_requested())
		stop_all(p);
}

/* Read from those that the poll found readable; keep the results of those it found ended. Jobs are started in between:
 * keeping a result means waiting for the disk. */
static void attend(struct pool *p, struct waiting *w)
{
	size_t polled = p->count, at = 0;
	bool ended[polled + 1];

	for (size_t i = 0; i < polled; i++) {
		ended[i] = p->polls[i].revents && p->children[i].fd < 0;
		if (p->polls[i].revents && p->children[i].fd >= 0)
			read_output(&p->children[i]);
	}
	fill(p, w);
	for (size_t i = 0; i < polled; i++)
		if (ended[i])
			hand_over(p, at);
		else
			at++;
}

size_t sched_run(const struct sched_ops *ops, void *ctx, const size_t *jobs, size_t count, size_t at_once)
{
	struct pool p = {.ops = ops, .ctx = ctx, .at_once = at_once, .most = 2 * at_once};
	struct waiting w = {.jobs = xcalloc(count + 1, sizeof *w.jobs), .count = count};

	if (count)
		memcpy(w.jobs, jobs, count * sizeof *jobs);
	p.children = xcalloc(p.most, sizeof *p.children);
	p.polls = xcalloc(p.most + 1, sizeof *p.polls);
	for (;;) {
		fill(&p, &w);
		if (!p.count)
			break;
		wait_for_one(&p);
		attend(&p, &w);
	}
	free(p.children);
	free(p.polls);
	free(w.jobs);
	return count - w.count;
}
