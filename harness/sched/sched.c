#include "sched/sched.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/cancel.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/proc.h"

/* How long a session may take to switch its board off once it was told to end. */
enum { GRACE_MS = 10000 };

struct slot {
	pid_t pid; /* 0: free */
	int fd;    /* what the child writes; -1 when free */
	size_t job;
	struct buf output;
};

/* A child that has ended, and whose result the caller has not had yet. */
struct result {
	size_t job;
	int wait_status;
	struct buf output;
};

struct pool {
	const struct sched_ops *ops;
	void *ctx;
	struct slot *slots;
	struct pollfd *polls; /* one per slot, and the cancellation behind them */
	size_t count;
	struct result *ended; /* at most one per slot */
	size_t ended_count;
	bool stopping;
	int64_t kill_at_ms;   /* when those that were told to end are ended */
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
	for (size_t i = 0; i < p->count; i++)
		if (p->slots[i].fd >= 0)
			close(p->slots[i].fd);
	p->ops->work(p->ctx, job, fd);
	fflush(NULL);
	_exit(0);
}

static int start(struct pool *p, struct slot *s, size_t job)
{
	pid_t parent = getpid();
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -1;
	p->ops->starts(p->ctx, job);
	fflush(NULL);
	hold_signals(SIG_BLOCK);
	s->pid = fork();
	if (s->pid == 0) {
		close(fds[0]);
		be_child(p, job, fds[1], parent);
	}
	hold_signals(SIG_UNBLOCK);
	close(fds[1]);
	if (s->pid < 0) {
		close(fds[0]);
		s->pid = 0;
		return -1;
	}
	s->fd = fds[0];
	s->job = job;
	buf_clear(&s->output);
	return 0;
}

static void stop_all(struct pool *p)
{
	if (p->stopping)
		return;
	p->stopping = true;
	p->kill_at_ms = clock_ms() + GRACE_MS;
	for (size_t i = 0; i < p->count; i++)
		if (p->slots[i].pid)
			kill(p->slots[i].pid, SIGTERM);
}

static void kill_late(struct pool *p)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->slots[i].pid)
			kill(p->slots[i].pid, SIGKILL);
	p->kill_at_ms = clock_ms() + GRACE_MS;
}

/* Its end of the pipe is closed: the child has ended, or is about to. */
static void reap(struct pool *p, struct slot *s)
{
	close(s->fd);
	p->ended[p->ended_count++] = (struct result){s->job, proc_wait(s->pid), s->output};
	s->fd = -1;
	s->pid = 0;
	buf_init(&s->output);
}

/* Keeping a result means waiting for the disk, so free slots have been filled by now. */
static void hand_over(struct pool *p)
{
	for (size_t i = 0; i < p->ended_count; i++) {
		struct result *r = &p->ended[i];

		if (p->ops->ended(p->ctx, r->job, &r->output, r->wait_status) != 0)
			stop_all(p);
		buf_finish(&r->output);
	}
	p->ended_count = 0;
}

static void read_output(struct pool *p, struct slot *s)
{
	char chunk[65536];
	ssize_t n = read(s->fd, chunk, sizeof chunk);

	if (n > 0)
		buf_add(&s->output, chunk, (size_t)n);
	else if (n == 0 || errno != EINTR)
		reap(p, s);
}

static size_t running(const struct pool *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->count; i++)
		n += p->slots[i].pid != 0;
	return n;
}

static void wait_for_one(struct pool *p)
{
	int timeout = p->stopping ? clock_poll_timeout(p->kill_at_ms) : -1;
	int n;

	for (size_t i = 0; i < p->count; i++)
		p->polls[i] = (struct pollfd){.fd = p->slots[i].fd, .events = POLLIN};
	p->polls[p->count] = (struct pollfd){.fd = p->stopping ? -1 : cancel_fd(), .events = POLLIN};
	n = poll(p->polls, p->count + 1, timeout);
	if (n == 0)
		kill_late(p);
	if (n <= 0)
		return;
	if (p->polls[p->count].revents)
		stop_all(p);
	for (size_t i = 0; i < p->count; i++)
		if (p->polls[i].revents)
			read_output(p, &p->slots[i]);
}

static struct slot *free_slot(struct pool *p)
{
	for (size_t i = 0; i < p->count; i++)
		if (!p->slots[i].pid)
			return &p->slots[i];
	return NULL;
}

size_t sched_run(const struct sched_ops *ops, void *ctx, const size_t *jobs, size_t count, size_t at_once)
{
	struct pool p = {.ops = ops, .ctx = ctx, .count = at_once};
	struct slot *s;
	size_t next = 0;

	p.slots = xcalloc(at_once, sizeof *p.slots);
	p.polls = xcalloc(at_once + 1, sizeof *p.polls);
	p.ended = xcalloc(at_once, sizeof *p.ended);
	for (size_t i = 0; i < at_once; i++)
		p.slots[i].fd = -1;
	while (running(&p) || (next < count && !p.stopping)) {
		while (!p.stopping && !cancel_requested() && next < count && (s = free_slot(&p)))
			if (start(&p, s, jobs[next]) == 0)
				next++;
			else
				stop_all(&p);
		if (cancel_requested())
			stop_all(&p);
		hand_over(&p);
		if (running(&p))
			wait_for_one(&p);
	}
	hand_over(&p);
	for (size_t i = 0; i < at_once; i++)
		buf_finish(&p.slots[i].output);
	free(p.slots);
	free(p.polls);
	free(p.ended);
	return next;
}
