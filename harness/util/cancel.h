/*
 * Being told to stop: SIGINT, SIGTERM and SIGHUP turn into a descriptor that every poll loop watches.
 * The first signal is remembered for the exit status (130 or 143); nothing else happens in the handler.
 */
#ifndef RUNTEST_UTIL_CANCEL_H
#define RUNTEST_UTIL_CANCEL_H

#include <stdbool.h>

/* Install the handlers and ignore SIGPIPE. Once per process; a forked child calls cancel_rearm(). */
void cancel_init(void);

/* In a forked child: a pipe of its own, with nothing requested yet. */
void cancel_rearm(void);

/* Polls readable for ever once a stop was requested; -1 before cancel_init(). Never read it. */
int cancel_fd(void);

bool cancel_requested(void);

/* 130 for SIGINT, 143 for the others, 0 when nothing was requested. */
int cancel_exit_status(void);

#endif
