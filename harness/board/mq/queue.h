/*
 * A board behind a machine queue for one session: its lock is taken, held, and given back. Whatever happens to the session,
 * killed included, a keeper (a process of its own) gives the lock back.
 * Order: mq_create, mq_take, (mq_start, mq_stop)*, mq_destroy.
 */
#ifndef RUNTEST_BOARD_MQ_QUEUE_H
#define RUNTEST_BOARD_MQ_QUEUE_H

#include <stdint.h>
#include <sys/types.h>

#include "board/load/load.h"
#include "board/mq/keeper.h"
#include "config/mq.h"
#include "util/buf.h"
#include "util/err.h"

struct mq {
	const struct unit_mq *spec;
	const struct load_job *job;
	struct arena arena;
	const char *key;      /* of our lock, unlike any other session's */
	const char *board;    /* whose lock we hold; NULL: none */
	const char *image;    /* as the client calls it; NULL: not there yet */
	const char *log;      /* file with all that is asked and said */
	int log_fd;
	struct keeper keeper; /* gives the lock back should we be killed */
	/* a run */
	pid_t pid;            /* its client; 0: none */
	int pidfd;
	int fd;               /* its terminal: what it says is the console; -1: none; stays open behind its end */
	struct buf pending;   /* what was read of it already, and nobody was given */
	int64_t begun_ms;
	struct buf tail;      /* the last of what it said */
};

/* All are borrowed, and outlive it. `log` is added to. */
struct mq *mq_create(const struct unit_mq *spec, const struct load_job *job, const char *log);

/* Take the lock of the first board that is free, waiting for it (said on stderr), and bring the image to the client.
 * ERR_INFRA, ERR_CANCELLED. */
int mq_take(struct mq *q, struct err *e);

/* Is the lock still ours? ERR_INFRA. */
int mq_still_ours(struct mq *q, struct err *e);

/* Boot: q->fd is the console from here on. ERR_INFRA. */
int mq_start(struct mq *q, struct err *e);

/* The client is told to end, which switches the board off, and waited for. Safe to call twice. ERR_INFRA where it had to be
 * killed. */
int mq_stop(struct mq *q, struct err *e);

/* Read the console, as read(2). */
ssize_t mq_read(struct mq *q, void *out, size_t n);

/* The client has ended by itself: why. What it said last can still be read. */
void mq_why_ended(struct mq *q, struct err *e);

void mq_destroy(struct mq *q); /* stops, gives the lock back, takes files away */

#endif
