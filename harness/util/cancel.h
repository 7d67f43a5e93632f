/*
 * Being told to stop: SIGINT, SIGTERM and SIGHUP turn into a descriptor that every poll loop watches.
 * The first signal is remembered for the exit status (130 or 143); nothing else happens in the handler.
 */
#ifndef RUNTEST_UTIL_CANCEL_H
#define RUNTEST_UTIL_CANCEL_H

#include <stdbool.h>

/* Install the handlers and ignore SIGPIPE. Once per process; a forked child calls cancel_rearm(). */
void cancel_init(void);

/* In a forked child, once it has left our process group: a pipe of its own, with nothing requested yet, and ^C means no more
 * than other signals. One that was typed before, while SIGINT was blocked, was its parent's. */
void cancel_rearm(void);

/* Polls readable for ever once a stop was requested; -1 before cancel_init(). Never read it. */
int cancel_fd(void);

bool cancel_requested(void);

/*
 * Around a fork: signals that ask to end wait while this is on, and the child inherits that. It takes them once it has
 * handlers of its own; one that reached it before would be forgotten by cancel_rearm(), or, worse, be heard through the
 * pipe that it inherited, by its parent.
 */
void cancel_hold(bool on);

/*
 * For who finds one of its processes killed by somebody: has a stop been requested, or is it within three seconds? Who ends a job may
 * tell all of its processes to end, one after the other (Slurm, Jenkins): that another one is gone is known before our own signal
 * has come, and is nobody's failure then.
 */
bool cancel_comes(void);

/* Another signal came after the one that was the request: whoever still waits for something to end well is to wait no more. */
bool cancel_insisted(void);
int cancel_insist_fd(void); /* polls readable then; -1 before cancel_init(). Never read it */

/*
 * While this is on, the first ^C that somebody types at the terminal requests nothing: what runs shall go on to its end,
 * and no more is to be begun. The second one is a request, as is any signal that another process sends, SIGINT too: CI
 * systems and scripts that cancel a job mean it, and soon kill. (The terminal's own signal comes from the kernel:
 * SI_KERNEL, sigaction(2).)
 */
void cancel_drain_first(bool on);
bool cancel_draining(void); /* it has been typed, since this was switched on */
int cancel_drain_fd(void);  /* polls readable then; -1 before cancel_init(). Never read it */

/* As if the signal had come: for who drained, and has left something out. */
void cancel_request(int sig);

/* 130 for SIGINT, 143 for the others, 0 when nothing was requested. */
int cancel_exit_status(void);

#endif
