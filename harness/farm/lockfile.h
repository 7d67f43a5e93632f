/*
 * The file that a unit's lock is a lock of, for lock.c and wait.c and nobody else: closing any descriptor of it gives the
 * lock of this process away.
 */
#ifndef RUNTEST_FARM_LOCKFILE_H
#define RUNTEST_FARM_LOCKFILE_H

#include <stdbool.h>
#include <sys/types.h>

#define LOCKFILE_SUFFIX "lock"

/* 0: taken; 1: another process has it; -1 with errno. */
int lockfile_try(int fd);

/* Given back while it stays open, and touched: that wakes who waits. */
void lockfile_let_go(int fd);

/* Whose it is; 0: a process that cannot be seen from here; -1: nobody's, or that cannot be told. */
pid_t lockfile_owner(int fd);

/* Is the open file the one of that path? Somebody may have removed or replaced it: a lock on that is none. */
bool lockfile_is_there(int fd, const char *path);

#endif
