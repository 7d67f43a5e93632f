/* One boot: `mq.sh run` on a terminal, whose output is the console and whose end switches the board off. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board/mq/client.h"
#include "board/mq/queue.h"
#include "board/mq/said.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/proc.h"
#include "util/terminal.h"
#include "util/warden.h"

enum {
	TAIL = 8192,    /* as much of the output explains an end */
	ENOUGH = 4 * TAIL,
};

/* The session decides when it has seen enough: the text at which the client would end never comes. */
static const char *const *run_words(struct mq *q)
{
	struct arena *a = &q->arena;
	const char *never = arena_printf(a, "%s-never", q->key);
	const char *seconds = arena_printf(a, "%" PRId64, (q->spec->job_ms + 999) / 1000);
	const char *const words[] = {"run", "-s", q->board, "-f", q->image, "-n", "-k", q->key, "-c", never, "-d", seconds,
				     q->spec->remote ? NULL : "-l", arena_printf(a, "%s/mq-console.log", q->job->dir), NULL};

	return mq_words(q->spec, words, a);
}

static void close_terminal(struct mq *q)
{
	if (q->fd >= 0)
		close(q->fd);
	q->fd = -1;
	buf_clear(&q->pending);
}

int mq_start(struct mq *q, struct err *e)
{
	int slave;

	/* The client's own check (-n) knows the user, not the key. */
	close_terminal(q);
	if (mq_still_ours(q, e) < 0 || terminal_open(&q->fd, &slave, true, e) < 0)
		return -1;
	buf_clear(&q->tail);
	q->begun_ms = clock_ms();
	q->pid = proc_start(&(struct proc_spec){.argv = run_words(q), .in = slave, .out = slave, .err = slave, .terminal = true,
						.warden = true}, e);
	close(slave);
	if (q->pid < 0) {
		q->pid = 0;
		close_terminal(q);
		return -1;
	}
	q->pidfd = proc_pidfd(q->pid);
	return 0;
}

ssize_t mq_read(struct mq *q, void *out, size_t n)
{
	ssize_t got = (ssize_t)(q->pending.len < n ? q->pending.len : n);

	if (got > 0) {
		memcpy(out, q->pending.data, (size_t)got);
		buf_drop_front(&q->pending, (size_t)got);
		return got;
	}
	got = read(q->fd, out, n);
	if (got > 0)
		buf_add(&q->tail, out, (size_t)got);
	if (q->tail.len > ENOUGH)
		buf_drop_front(&q->tail, q->tail.len - TAIL);
	return got;
}

/* What it still says, for whoever reads the console next. */
static void gather(struct mq *q)
{
	char chunk[4096];
	size_t had = q->pending.len;
	ssize_t n;

	while ((n = read(q->fd, chunk, sizeof chunk)) > 0)
		buf_add(&q->pending, chunk, (size_t)n);
	buf_add(&q->tail, q->pending.data ? q->pending.data + had : "", q->pending.len - had);
}

static bool ends_within(struct mq *q, int64_t ms)
{
	int64_t deadline = clock_ms() + ms;
	struct pollfd p[] = {{.fd = q->pidfd, .events = POLLIN}, {.fd = q->fd, .events = POLLIN}};

	while (clock_ms() < deadline) {
		if (poll(p, 2, clock_poll_timeout(deadline)) < 0 && errno != EINTR)
			return false;
		gather(q);
		if (p[0].revents)
			return true;
		if (p[1].revents & (POLLHUP | POLLERR))
			p[1].fd = -1;
	}
	return false;
}

/* The terminal stays: what is on it can still be read. */
static void forget(struct mq *q)
{
	close(q->pidfd);
	q->pidfd = -1;
	q->pid = 0;
}

int mq_stop(struct mq *q, struct err *e)
{
	bool told, ended;

	if (q->pid <= 0)
		return 0;
	/* ^C is how a person ends it: it reaches the queue's host, where the board is switched off. */
	told = write(q->fd, "\x03", 1) == 1;
	ended = ends_within(q, told ? q->spec->stop_ms : 0);
	proc_end(q->pid, ended ? SIGKILL : SIGTERM, WARDEN_PATIENCE_MS);
	forget(q);
	if (ended)
		return 0;
	err_set(e, ERR_INFRA, "mq.sh run of %s did not end within %" PRId64 " s when it was told to, and was killed", q->board,
		q->spec->stop_ms / 1000);
	return err_hint(e, "is the board off? the queue switches it off after `job` in the unit's mq section at the latest");
}

void mq_why_ended(struct mq *q, struct err *e)
{
	int status;

	gather(q);
	status = proc_wait(q->pid);
	forget(q);
	mq_explain(q->tail.data, q->tail.len, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
		   arena_printf(&q->arena, "mq.sh run of %s", q->board), e);
}
