/*
 * The keeper of a lock: a process of its own that gives it back when the session cannot. It holds one end of a pipe; when the
 * other end is closed without a word (the session was killed), it runs the commands given, a few times if need be.
 */
#ifndef RUNTEST_BOARD_MQ_KEEPER_H
#define RUNTEST_BOARD_MQ_KEEPER_H

#include <stddef.h>
#include <sys/types.h>

#include "util/err.h"

/* The pipe's write end in *fd (close-on-exec) and the process in *keeper. `commands` (count argvs) are copied by the fork.
 * ERR_INFRA. */
int keeper_start(const char *const *const *commands, size_t count, int *fd, pid_t *keeper, struct err *e);

/* All is given back already: it ends without doing anything, and is waited for. fd -1: nothing. */
void keeper_dismiss(int fd, pid_t keeper);

/* It is to do its work: not waited for. */
void keeper_leave(int fd);

#endif
