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

#include "sched/lines.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/proc.h"

struct child {
	pid_t pid;
	int pidfd;    /* readable once it has ended */
	int fd;       /* what it writes; -1 once that is complete */
	size_t place; /* of its job in the lines */
	bool ended;   /* the poll found it so */
	bool waits;   /* for what somebody else has: it said so */
	struct buf output;
};

struct pool {
	const struct sched_ops *ops;
	void *ctx;
	struct lines waiting;
	struct child *children;
	struct pollfd *polls; /* one per child, and behind them OTHERS */
	size_t count, child_room, poll_room;
	bool stopping;
	bool overtaken;       /* by its end: that is why */
	int64_t kill_at_ms;   /* when those that were told to end are ended */
	bool drains;          /* it was heard of */
	int64_t look_ms;      /* when who looks on wants to be called next */
};

/* What is waited for besides the children. */
enum { OTHER_CANCEL, OTHER_DRAIN, OTHER_LOOK, OTHERS };

static size_t job_of(const struct pool *p, size_t place)
{
	return p->waiting.waiters[place].job;
}

static void be_child(struct pool *p, size_t job, int fd, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	setpgid(0, 0); /* ^C reaches the supervisor alone, which tells us */
	cancel_rearm();
	cancel_hold(false);
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
	cancel_hold(true);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		be_child(p, job, fds[1], parent);
	}
	cancel_hold(false);
	return pid;
}

static int start(struct pool *p, size_t place)
{
	struct child c = {.place = place};
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -1;
	p->ops->starts(p->ctx, job_of(p, place));
	c.pid = fork_child(p, job_of(p, place), fds);
	c.pidfd = c.pid > 0 ? proc_pidfd(c.pid) : -1;
	c.fd = fds[0];
	close(fds[1]);
	if (c.pidfd >= 0) {
		p->children = xgrow(p->children, &p->child_room, p->count + 1, sizeof *p->children);
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

static int reap(pid_t pid, struct rusage *used)
{
	int status = 0;

	memset(used, 0, sizeof *used);
	while (wait4(pid, &status, 0, used) < 0 && errno == EINTR)
		;
	return status;
}

/* It has ended. It leaves the pool first: no signal must find its old number. */
static void hand_over(struct pool *p, size_t i)
{
	struct child c = p->children[i];
	struct rusage used;
	int status = reap(c.pid, &used);
	enum sched_after after;

	p->count--;
	memmove(&p->children[i], &p->children[i + 1], (p->count - i) * sizeof c);
	close(c.pidfd);
	if (c.fd >= 0)
		close(c.fd);
	after = p->ops->ended(p->ctx, job_of(p, c.place), &c.output, status, &used);
	buf_finish(&c.output);
	if (after == SCHED_AGAIN)
		lines_rejoin(&p->waiting, c.place);
	else if (after == SCHED_STOP)
		stop_all(p);
}

static bool is_word(char c)
{
	return c == SCHED_TIDYING || c == SCHED_WAITING || c == SCHED_WORKING;
}

static void hear(struct pool *p, struct child *c, enum sched_word word)
{
	c->waits = word == SCHED_WAITING;
	if (p->ops->says)
		p->ops->says(p->ctx, job_of(p, c->place), word);
}

static void take_in(struct pool *p, struct child *c, const char *text, size_t n)
{
	for (; n && !c->output.len && is_word(*text); text++, n--)
		hear(p, c, (enum sched_word)*text);
	buf_add(&c->output, text, n);
}

static void read_output(struct pool *p, struct child *c)
{
	char chunk[65536];
	ssize_t n = read(c->fd, chunk, sizeof chunk);

	if (n < 0 && errno == EINTR)
		return;
	if (n > 0) {
		take_in(p, c, chunk, (size_t)n);
		return;
	}
	close(c->fd);
	c->fd = -1;
	hear(p, c, SCHED_TIDYING); /* whether it says so or not */
}

/* Until when nothing has to be done but what the children bring about. */
static int64_t next_ms(const struct pool *p)
{
	int64_t next = p->stopping ? p->kill_at_ms : p->ops->end_ms ? p->ops->end_ms : INT64_MAX;

	return p->ops->look && p->look_ms < next ? p->look_ms : next;
}

static void look(struct pool *p)
{
	if (p->ops->look)
		p->look_ms = p->ops->look(p->ctx);
}

static void set_polls(struct pool *p)
{
	struct pollfd *others;

	p->polls = xgrow(p->polls, &p->poll_room, p->count + OTHERS, sizeof *p->polls);
	for (size_t i = 0; i < p->count; i++)
		p->polls[i] = (struct pollfd){
			.fd = p->children[i].fd >= 0 ? p->children[i].fd : p->children[i].pidfd, .events = POLLIN};
	others = p->polls + p->count;
	others[OTHER_CANCEL] = (struct pollfd){.fd = p->stopping ? -1 : cancel_fd(), .events = POLLIN};
	others[OTHER_DRAIN] = (struct pollfd){.fd = p->drains ? -1 : cancel_drain_fd(), .events = POLLIN};
	others[OTHER_LOOK] = (struct pollfd){.fd = p->ops->look ? p->ops->look_fd : -1, .events = POLLIN};
}

/* Until something has happened; then every poll says what. */
static void wait_for_one(struct pool *p)
{
	int64_t now;

	set_polls(p);
	while (poll(p->polls, p->count + OTHERS, clock_poll_timeout(next_ms(p))) < 0 && errno == EINTR)
		;
	now = clock_ms();
	if (p->stopping && p->kill_at_ms <= now)
		signal_all(p, SIGKILL);
	p->overtaken = p->overtaken || (!p->stopping && p->ops->end_ms && p->ops->end_ms <= now);
	if (p->overtaken || p->polls[p->count + OTHER_CANCEL].revents)
		stop_all(p);
}

/* Nothing is begun any more. Who waits for what somebody else has, has not begun, and might wait for ever. */
static void drain(struct pool *p)
{
	p->drains = cancel_draining();
	for (size_t i = 0; p->drains && i < p->count; i++) {
		if (p->children[i].waits)
			kill(p->children[i].pid, SIGTERM);
		p->children[i].waits = false;
	}
}

/* The first in its line has his turn, or his line has to wait. */
static void turn_of(struct pool *p, size_t place)
{
	enum sched_room room = p->ops->room(p->ctx, job_of(p, place));

	if (room == SCHED_ROOM_LATER) {
		lines_shut(&p->waiting, place);
	} else if (room == SCHED_ROOM_NEVER) {
		lines_leave(&p->waiting, place);
		if (p->ops->dropped && p->ops->dropped(p->ctx, job_of(p, place)) != 0)
			stop_all(p);
	} else if (start(p, place) == 0) {
		lines_leave(&p->waiting, place);
	} else {
		stop_all(p);
	}
}

/* Start what there is room for. */
static void fill(struct pool *p)
{
	long first;

	lines_open(&p->waiting);
	while (!p->stopping && !cancel_requested() && !cancel_draining() && (first = lines_first(&p->waiting)) != LINES_NOBODY)
		turn_of(p, (size_t)first);
	if (cancel_requested())
		stop_all(p);
}

/* Those for whom it is too late are left out, as if they had had their turn. */
static void drop_rest(struct pool *p)
{
	long first;

	while ((first = lines_first(&p->waiting)) != LINES_NOBODY &&
	       p->ops->room(p->ctx, job_of(p, (size_t)first)) == SCHED_ROOM_NEVER) {
		lines_leave(&p->waiting, (size_t)first);
		if (p->ops->dropped && p->ops->dropped(p->ctx, job_of(p, (size_t)first)) != 0)
			return;
	}
}

static void settle(struct pool *p)
{
	if (p->ops->settle && p->ops->settle(p->ctx) != 0)
		stop_all(p);
}

/* Read from those that the poll found readable; keep the results of those it found ended, all in one go. Jobs are started
 * in between: keeping results means waiting for the disk. */
static void attend(struct pool *p)
{
	size_t polled = p->count;
	bool any = false;

	for (size_t i = 0; i < polled; i++) {
		p->children[i].ended = p->polls[i].revents && p->children[i].fd < 0;
		any = any || p->children[i].ended;
		if (p->polls[i].revents && p->children[i].fd >= 0)
			read_output(p, &p->children[i]);
	}
	fill(p);
	for (size_t i = 0; any && i < p->count;)
		if (p->children[i].ended)
			hand_over(p, i);
		else
			i++;
	if (any)
		settle(p);
}

size_t sched_run(const struct sched_ops *ops, void *ctx, const size_t *jobs, size_t count)
{
	struct pool p = {.ops = ops, .ctx = ctx};
	size_t left;

	lines_make(&p.waiting, jobs, count, ops->line, ctx);
	for (;;) {
		fill(&p);
		drain(&p);
		look(&p);
		if (!p.count)
			break;
		wait_for_one(&p);
		attend(&p);
	}
	lines_open(&p.waiting);
	if (p.overtaken && !cancel_requested())
		drop_rest(&p);
	settle(&p); /* what was dropped at last */
	left = p.waiting.count;
	lines_finish(&p.waiting);
	free(p.children);
	free(p.polls);
	return left;
}
