#include "board/mq/queue.h"

#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "board/mq/client.h"
#include "board/mq/said.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"

/* The exit status of `sem -wait` when somebody else has the board. */
enum { STATUS_HELD = 2 };

/* Letters, digits and dashes alone: it goes through several shells. Readable, because `mq.sh sem -info` shows it. */
static const char *make_key(struct arena *a)
{
	const char *user = getenv("USER");
	char host[64] = "", *key;
	unsigned salt = 0;

	gethostname(host, sizeof host - 1);
	if (getrandom(&salt, sizeof salt, 0) < 0)
		salt = (unsigned)clock_us();
	key = arena_printf(a, "runtest-%.32s-%.40s-%d-%08x", user ? user : "user", host, (int)getpid(), salt);
	for (char *c = key; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", *c))
			*c = '-';
	return key;
}

struct mq *mq_create(const struct unit_mq *spec, const struct load_job *job, const char *log)
{
	struct mq *q = xcalloc(1, sizeof *q);

	q->spec = spec;
	q->job = job;
	q->log = log;
	q->log_fd = q->keeper.fd = q->keeper.work_fd = q->fd = q->pidfd = -1;
	arena_init(&q->arena);
	q->key = make_key(&q->arena);
	return q;
}

/* ---- calls, all of them in the log ---- */

static void note(struct mq *q, const char *bytes, size_t n)
{
	if (q->log_fd >= 0 && n && file_write_all(q->log_fd, bytes, n) < 0) {
		close(q->log_fd); /* a full disk: the session's other files say so */
		q->log_fd = -1;
	}
}

static int call(struct mq *q, const char *const *argv, int stop_fd, int64_t deadline_ms, struct buf *said, struct err *e)
{
	struct buf line;
	size_t before = said->len;
	int status;

	buf_init(&line);
	buf_addc(&line, '$');
	for (const char *const *w = argv; *w; w++)
		buf_printf(&line, " %s", *w);
	buf_addc(&line, '\n');
	note(q, line.data, line.len);
	buf_finish(&line);
	status = mq_call(argv, stop_fd, deadline_ms, said, e);
	note(q, said->data + before, said->len - before);
	return status;
}

/* A call to `sem` that waits for nothing. Its exit status; -1 with the reason. */
static int sem(struct mq *q, const char *verb, const char *board, bool keyed, int stop_fd, struct buf *said, struct err *e)
{
	const char *const with[] = {"sem", verb, board, "-k", q->key, NULL}, *const without[] = {"sem", verb, board, NULL};

	return call(q, mq_words(q->spec, keyed ? with : without, &q->arena), stop_fd, clock_ms() + MQ_CALL_MS, said, e);
}

static int look_at_lock(struct mq *q, const char *board, struct mq_lock *l, struct err *e)
{
	struct buf said;
	int status;

	buf_init(&said);
	status = sem(q, "-mr-info", board, false, -1, &said, e);
	*l = mq_lock_read(said.data ? said.data : "", said.len, board);
	if (status > 0 || (status == 0 && l->hold == MQ_UNKNOWN)) {
		mq_explain(said.data, said.len, status, arena_printf(&q->arena, "mq.sh sem -mr-info %s", board), e);
		if (status == 0)
			err_hint(e, "it does not say who has %s: a pool's name? `boards` takes its boards, in order", board);
		status = -1;
	}
	buf_finish(&said);
	return status;
}

int mq_still_ours(struct mq *q, struct err *e)
{
	struct mq_lock l;

	if (look_at_lock(q, q->board, &l, e) < 0)
		return -1;
	if (mq_lock_is(&l, q->key))
		return 0;
	if (l.hold == MQ_HELD)
		err_set(e, ERR_INFRA, "the lock of %s was lost: %s has it since %s", q->board, l.owner, l.since);
	else
		err_set(e, ERR_INFRA, "the lock of %s was lost: nobody has it now", q->board);
	return err_hint(e, "somebody forced it open, or it was held longer than `reclaim` in the unit's mq section");
}

/* ---- taking it ---- */

/* One call of `sem -wait`: 1 when the lock is ours, 0 when somebody else has it, -1 on errors. */
static int try_board(struct mq *q, const char *board, bool wait, int64_t deadline_ms, struct err *e)
{
	const char *reclaim = arena_printf(&q->arena, "%" PRId64, (q->spec->reclaim_ms + 999) / 1000);
	const char *retry = arena_printf(&q->arena, "%" PRId64, (q->spec->retry_ms + 999) / 1000);
	const char *const words[] = {"sem", "-wait", board, "-k", q->key, "-T", reclaim, "-w", retry, wait ? NULL : "-t", "0", NULL};
	struct buf said;
	int status;

	buf_init(&said);
	status = call(q, mq_words(q->spec, words, &q->arena), cancel_fd(), deadline_ms, &said, e);
	if (status > 0 && status != STATUS_HELD) {
		mq_explain(said.data, said.len, status, arena_printf(&q->arena, "mq.sh sem -wait %s", board), e);
		status = -1;
	}
	buf_finish(&said);
	if (status == 0)
		q->board = board;
	return status < 0 ? -1 : status == 0;
}

/* Whoever waits is told what for. */
static void tell_wait(struct mq *q, const char *board)
{
	struct mq_lock l;
	struct err e;

	if (look_at_lock(q, board, &l, &e) < 0 || l.hold != MQ_HELD)
		fprintf(stderr, "waiting for board %s of the machine queue\n", board);
	else
		fprintf(stderr, "waiting for board %s of the machine queue: %s has it since %s\n", board, l.owner, l.since);
}

static int not_free(struct mq *q, struct err *e)
{
	err_set(e, ERR_INFRA, "board %s of the machine queue was not free within %" PRId64 " s", q->spec->boards[0],
		q->spec->wait_ms / 1000);
	return err_hint(e, "`mq.sh sem -info %s` says who has it; `wait` in the unit's mq section", q->spec->boards[0]);
}

/* The queue itself waits for a single board. One call may take as long as all of the waiting. */
static int wait_for_one(struct mq *q, int64_t deadline_ms, struct err *e)
{
	struct buf said;
	int got = try_board(q, q->spec->boards[0], true, deadline_ms, e);

	if (got > 0)
		return 0;
	if (got < 0 && e->kind != ERR_CANCELLED && clock_ms() < deadline_ms)
		return -1;
	buf_init(&said);
	sem(q, "-cancel", q->spec->boards[0], true, -1, &said, NULL); /* what waits there for us may live on */
	buf_finish(&said);
	return got < 0 && e->kind == ERR_CANCELLED ? -1 : not_free(q, e);
}

/* All of them once: 1 when one is ours. */
static int try_all(struct mq *q, struct err *e)
{
	int got = 0;

	for (const char *const *b = q->spec->boards; *b && !got; b++)
		got = try_board(q, *b, false, clock_ms() + MQ_CALL_MS, e);
	return got;
}

static int wait_for_any(struct mq *q, int64_t deadline_ms, struct err *e)
{
	struct pollfd stop = {.fd = cancel_fd(), .events = POLLIN};
	int got = 0;

	while (!got) {
		int64_t next = clock_ms() + q->spec->retry_ms;

		if (clock_ms() >= deadline_ms)
			return not_free(q, e);
		if (poll(&stop, 1, clock_poll_timeout(next < deadline_ms ? next : deadline_ms)) > 0)
			return err_set(e, ERR_CANCELLED, "stopped while waiting for a board of the machine queue");
		got = try_all(q, e);
	}
	return got < 0 ? -1 : 0;
}

static int take_lock(struct mq *q, struct err *e)
{
	int64_t deadline_ms = clock_ms() + q->spec->wait_ms;
	int got = try_all(q, e);

	if (got < 0)
		return -1;
	if (!got)
		tell_wait(q, q->spec->boards[0]);
	if (!got && (q->spec->boards[1] ? wait_for_any(q, deadline_ms, e) : wait_for_one(q, deadline_ms, e)) < 0)
		return -1;
	return mq_still_ours(q, e);
}

/* What a keeper does: nobody waits any more, files go, and the locks last. */
static int start_keeper(struct mq *q, struct err *e)
{
	size_t boards = 0, n = 0;
	const char *const **commands;

	while (q->spec->boards[boards])
		boards++;
	commands = arena_alloc(&q->arena, (2 * boards + 1) * sizeof *commands);
	for (size_t i = 0; i < boards; i++)
		commands[n++] = mq_words(q->spec, (const char *const[]){"sem", "-cancel", q->spec->boards[i], "-k", q->key, NULL},
					 &q->arena);
	if (q->spec->remote)
		commands[n++] = mq_filled(q->spec->remote->remove, NULL, q->key, &q->arena);
	for (size_t i = 0; i < boards; i++)
		commands[n++] = mq_words(q->spec, (const char *const[]){"sem", "-signal", q->spec->boards[i], "-k", q->key, NULL},
					 &q->arena);
	return keeper_start(commands, n, &q->keeper, e);
}

static int bring_image(struct mq *q, struct err *e)
{
	const struct mq_remote *r = q->spec->remote;
	const char *path = q->job->files[0].path;
	struct buf said;
	int status;

	if (q->job->count > 1)
		return err_set(e, ERR_CONFIG, "%s comes with %zu further files that must be put into memory, and a machine queue takes "
					      "the boot image alone", path, q->job->count - 1);
	if (!r) {
		q->image = path;
		return 0;
	}
	buf_init(&said);
	status = call(q, mq_filled(r->copy, path, q->key, &q->arena), cancel_fd(), clock_ms() + MQ_CALL_MS, &said, e);
	if (status > 0) {
		err_set(e, ERR_INFRA, "%s could not copy the image to the client's machine (status %d)", r->copy[0], status);
		err_hint(e, "mq.log in the session's folder has what it said");
	}
	buf_finish(&said);
	q->image = mq_filled_text(r->path, path, q->key, &q->arena);
	return status == 0 ? 0 : -1;
}

int mq_take(struct mq *q, struct err *e)
{
	q->log_fd = open(q->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (q->log_fd < 0)
		return file_error(e, "write", q->log);
	if (start_keeper(q, e) < 0 || bring_image(q, e) < 0)
		return -1;
	return take_lock(q, e);
}

/* ---- giving it back ---- */

/* A lock that may be ours after all (a client that was stopped while it waited) is given back as well: the key tells. */
static bool release(struct mq *q)
{
	bool all = true;

	for (const char *const *b = q->spec->boards; *b; b++) {
		struct buf said;

		if (q->board && strcmp(*b, q->board) != 0)
			continue;
		buf_init(&said);
		all &= sem(q, "-signal", *b, true, -1, &said, NULL) == 0;
		if (q->board && said.data && (strstr(said.data, "that you do not hold") || strstr(said.data, "with the wrong key")))
			fprintf(stderr, "the lock of board %s was not ours any more when it was to be given back\n", *b);
		buf_finish(&said);
	}
	return all;
}

static bool remove_image(struct mq *q)
{
	struct buf said;
	bool gone;

	if (!q->spec->remote || !q->image)
		return true;
	buf_init(&said);
	gone = call(q, mq_filled(q->spec->remote->remove, NULL, q->key, &q->arena), -1, clock_ms() + MQ_CALL_MS, &said, NULL) == 0;
	buf_finish(&said);
	return gone;
}

void mq_destroy(struct mq *q)
{
	mq_stop(q, NULL);
	if (q->keeper.fd >= 0) {
		bool gone = remove_image(q), released = release(q);

		if (gone && released)
			keeper_dismiss(&q->keeper);
		else
			keeper_leave(&q->keeper);
	}
	if (q->log_fd >= 0)
		close(q->log_fd);
	if (q->fd >= 0)
		close(q->fd);
	buf_finish(&q->tail);
	buf_finish(&q->pending);
	arena_finish(&q->arena);
	free(q);
}
