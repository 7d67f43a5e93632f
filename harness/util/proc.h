/*
 * Child processes that cannot outlive us: each is told to die with its parent (PR_SET_PDEATHSIG) before it becomes
 * the program, and gets a process group of its own, so that what it starts goes with it.
 */
#ifndef RUNTEST_UTIL_PROC_H
#define RUNTEST_UTIL_PROC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "util/buf.h"
#include "util/err.h"

struct proc_spec {
	const char *const *argv; /* argv[0] is looked up in PATH; NULL-terminated */
	const char *const *env;  /* "NAME=value" added to our environment, "NAME" taken out of it; may be NULL;
				    NULL-terminated */
	const char *cwd;         /* NULL: ours */
	int in, out, err;        /* file descriptors; -1: /dev/null */
	const int *keep;         /* further descriptors that stay open in the child under their own numbers */
	size_t keep_count;
	bool terminal; /* `in` is a terminal that becomes its own: it leads a session then, and hears when that hangs up */
	bool joined; /* it stays in our process group: what is typed at the terminal (^C, ^Z) reaches it as it does us */
	bool warden; /* it starts processes of its own that must not outlive us either: util/warden.h */
};

/* What proc_run_watched listens to besides the process. */
struct proc_watch {
	int stop_fd;         /* readable: end it, ERR_CANCELLED; -1: nothing */
	int64_t deadline_ms; /* on clock_ms(): end it, ERR_INFRA; INT64_MAX: none */
	/* Every piece of output (stdout and stderr together) as it comes. Negative: end it; says why by itself. */
	int (*output)(void *ctx, const char *data, size_t n);
	void *ctx;
};

/* Start it. Returns the process id, or -1 with what could not be started (the exec's own errno) in e (ERR_INFRA). */
pid_t proc_start(const struct proc_spec *spec, struct err *e);

/* A descriptor that polls readable when the process has ended (close it yourself), or -1 with errno. */
int proc_pidfd(pid_t pid);

/* waitpid through EINTR; returns the wait status, or -1. */
int proc_wait(pid_t pid);

/* Signal the process group, wait up to grace_ms, then KILL; reaps. Returns the wait status. pid <= 0: nothing. */
int proc_end(pid_t pid, int sig, int grace_ms);

/* Run to the end and catch its output (stdout and stderr together) in out; out may be NULL. in is /dev/null.
 * Returns the exit status (0..255), 128 + signal when it was killed, or -1 when it could not be started. */
int proc_run(const struct proc_spec *spec, struct buf *out, struct err *e);

/* The same, watched: -1 too when it was ended early, with its processes gone before this returns. */
int proc_run_watched(const struct proc_spec *spec, const struct proc_watch *watch, struct err *e);

/* Call `work` in a forked copy of this process, which ends with us; what it takes in memory goes with it. Returns what it
 * returned (0..255), 128 + signal when it was killed, -1 with ERR_INFRA when there is no further process to be had. */
int proc_call(int (*work)(void *ctx), void *ctx, struct err *e);

/* For proc_watch.output: all of it into the struct buf that ctx is; NULL: nowhere. */
int proc_keep_output(void *ctx, const char *data, size_t n);

/* Did a signal end it, by its wait status? Shells and expect(1) exit with 128 + signal then. */
bool proc_was_killed(int wait_status);

/* "exited with status 2", "killed by signal 9 (Killed)" into out; returns out. */
char *proc_status_text(int wait_status, char *out, size_t n);

/* Does every thread of the process wait for something just now? One that wants a processor and does not get it is no
 * sleeper. False also where that cannot be told. */
bool proc_sleeps(pid_t pid);

/* Processor time that it has taken so far, milliseconds; -1: it cannot be told. */
int64_t proc_cpu_ms(pid_t pid);

/* Did it have its chance since proc_cpu_ms said that? Either it wants no processor just now, or it got one: on a busy machine
 * that nothing has happened otherwise says nothing. */
bool proc_had_its_chance(pid_t pid, int64_t cpu_before_ms);

/* The first file called `program` that PATH offers and that can be run, malloc'd, or NULL. */
char *proc_find(const char *program);

#endif
