/*
 * A dialogue with a program on a pseudo-terminal, held by libexpect. runtest does not link libexpect (it brings Tcl,
 * and every start would pay for it): it lives in a module of its own, expect.so, loaded at the first dialogue.
 *
 * libexpect keeps its state in globals and is not thread-safe: one dialogue at a time, one session per process.
 * The terminal is raw: every byte, NUL included, passes unchanged both ways, and a slow reader slows the
 * writer down.
 *
 * Order of calls: dialogue_start (or script_start, script.h); poll dialogue_fd() for POLLIN, and for POLLOUT while
 * there is something to write; dialogue_read and dialogue_write; when a read says DIALOGUE_OVER: dialogue_end().
 */
#ifndef RUNTEST_EXPECT_DIALOGUE_H
#define RUNTEST_EXPECT_DIALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "util/err.h"

struct dialogue; /* opaque */

struct dialogue_spec {
	const char *const *argv; /* argv[0] is looked up in PATH; NULL-terminated */
	const char *const *env;  /* "NAME=value" added to our environment; may be NULL; NULL-terminated */
	int log;                 /* descriptor that gets its standard error; -1: /dev/null */
	/*
	 * Where the program finds the terminal. false: as its standard input and output. true: as /dev/tty only; then
	 * its standard input is empty and its standard output goes to the log as well, and it must open /dev/tty and
	 * say so (dialogue_await): from then on the terminal ends when the program closes it.
	 */
	bool on_tty;
};

/* Start the program. NULL and ERR_INFRA when the module is not there or the program cannot be started. The program dies
 * with this process. The strings and the log descriptor are not needed afterwards. */
struct dialogue *dialogue_start(const struct dialogue_spec *spec, struct err *e);

/* Wait for the program to print exactly `text`, at most timeout_ms; what follows it is kept for dialogue_read(). -1 and
 * ERR_INFRA when it ended or did not come in time, ERR_CANCELLED when a stop was requested meanwhile. */
int dialogue_await(struct dialogue *d, const char *text, int timeout_ms, struct err *e);

/* The terminal's other side, non-blocking, owned by d. POLLIN alone is no promise: dialogue_read() may have kept bytes
 * from dialogue_await(), so read once before the first poll. */
int dialogue_fd(const struct dialogue *d);
pid_t dialogue_pid(const struct dialogue *d);

enum { DIALOGUE_LATER = 0, DIALOGUE_OVER = -1 };

/* Up to n bytes of what the program printed: how many, DIALOGUE_LATER (nothing now), or DIALOGUE_OVER (it has ended or
 * closed its terminal, and all it printed has been read). */
ssize_t dialogue_read(struct dialogue *d, void *bytes, size_t n);

/* Up to n bytes to the program: how many were taken (offer the rest again), DIALOGUE_LATER, or DIALOGUE_OVER. */
ssize_t dialogue_write(struct dialogue *d, const void *bytes, size_t n);

/* Has the program ended by itself? Then its wait status. */
bool dialogue_ended(const struct dialogue *d, int *wait_status);

/* End it and reap it: after DIALOGUE_OVER it has grace_ms to exit by itself; then TERM to its process group, and after
 * another grace_ms KILL. Frees d. Returns the wait status, its own if it ended by itself. d may be NULL: 0. */
int dialogue_end(struct dialogue *d, int grace_ms);

/* ---- what the module offers; only dialogue.c and libexpect.c use it ---- */

struct dialogue_ops {
	/* The terminal's descriptor and *pid, or -1 with errno. With on_tty *held is a descriptor of its other side. */
	int (*spawn)(const struct dialogue_spec *spec, pid_t *pid, int *held);
	/* After poll said POLLIN: 1 `text` has come (*rest: what was read behind it, valid until the next call), 0 not
	 * yet, -1 the program closed its terminal. */
	int (*look_for)(int fd, const char *text, const char **rest, size_t *rest_len);
};

#define DIALOGUE_MODULE_SYMBOL "dialogue_module"

#endif
