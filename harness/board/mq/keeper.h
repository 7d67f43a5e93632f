/*
 * The keeper of a lock: a process of its own that gives it back when the session cannot. It holds one end of a pipe; when the
 * other end is closed without a word (the session was killed), it runs the commands given, a few times if need be. First it
 * waits for whoever works on the board to be gone: they hold a pipe's end, too.
 */
#ifndef RUNTEST_BOARD_MQ_KEEPER_H
#define RUNTEST_BOARD_MQ_KEEPER_H

#include <stddef.h>
#include <sys/types.h>

#include "util/err.h"

struct keeper {
	pid_t pid;
	int fd;      /* write end of its pipe, close-on-exec; -1: there is none */
	int work_fd; /* stays open in whoever works on the board; close-on-exec here; -1: there is none */
};

/* `commands` (count argvs) are copied by the fork. ERR_INFRA. */
int keeper_start(const char *const *const *commands, size_t count, struct keeper *k, struct err *e);

/* All is given back already: it ends without doing anything, and is waited for. */
void keeper_dismiss(struct keeper *k);

/* It is to do its work: not waited for. */
void keeper_leave(struct keeper *k);

#endif
