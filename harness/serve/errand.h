/*
 * Errands: whatever reads a run, a history or a board's state is done by a process of its own, so that nobody waits for
 * another one's page, and what a damaged file does to its reader is over with that process. Its answer comes back in a file
 * without a name.
 */
#ifndef RUNTEST_SERVE_ERRAND_H
#define RUNTEST_SERVE_ERRAND_H

#include <stdint.h>
#include <sys/types.h>

#include "serve/answer.h"

enum { ERRAND_MS = 60 * 1000 }; /* longer than that none takes */

struct errand {
	pid_t pid;
	int pidfd; /* readable: it has ended */
	int fd;    /* what it has written */
	int64_t deadline_ms;
};

/* How an errand's answer begins; the body stands behind it. */
struct errand_head {
	int status;
	char type[64];
	char policy[ANSWER_POLICY];
	uint64_t size;
};

/* Send it off; target text is copied. ERR_INFRA: no further process is to be had. */
int errand_begin(struct errand *n, answer_fn *how, const struct source *s, const char *target, struct err *e);

/* It has ended, or its time is over (then it is ended): the head of its answer, -1: it has none. n->fd has the body at
 * sizeof(struct errand_head), and is the caller's. */
int errand_end(struct errand *n, struct errand_head *head);

/* Nobody wants it any more. */
void errand_drop(struct errand *n);

#endif
