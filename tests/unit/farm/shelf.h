/* What tests of locks share: a state folder of their own, and another process that holds a unit. */
#ifndef RUNTEST_TESTS_SHELF_H
#define RUNTEST_TESTS_SHELF_H

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "farm/lock.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"

#define UNIT "lab-a64"

static char shelf[64];
static const struct lock_purpose testing = {.what = "the tests"};

static inline void shelf_setup(void)
{
	strncpy(shelf, "/tmp/runtest-shelf.XXXXXX", sizeof shelf);
	ck_assert_ptr_nonnull(mkdtemp(shelf));
	setenv("RUNTEST_STATE", shelf, 1);
}

static inline void shelf_teardown(void)
{
	file_remove_tree(shelf, NULL);
}

/* "SHELF/units/UNIT.SUFFIX", from a static place. */
static inline const char *shelf_file(const char *suffix)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/units/" UNIT ".%s", shelf, suffix);
	return path;
}

/* A file of these bytes there. */
static inline void shelf_put(const char *suffix, const char *text)
{
	ck_assert_int_eq(file_write_atomic(shelf_file(suffix), text, strlen(text), false, NULL), 0);
}

static inline int take_now(struct unit_lock *l, struct err *e)
{
	return unit_lock_take(l, UNIT, &testing, 0, NULL, NULL, e);
}

/* Another process that takes the lock, does `then`, and stays until it is killed. */
static inline pid_t other_holder(const struct lock_purpose *p, void (*then)(struct unit_lock *l))
{
	int ready[2];
	char byte;
	pid_t pid;

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		struct unit_lock l;

		if (unit_lock_take(&l, UNIT, p, INT64_MAX, NULL, NULL, NULL) < 0)
			_exit(1);
		if (then)
			then(&l);
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

/* Stopped, and not only told to stop. */
static inline void stop_now(pid_t pid)
{
	int status;

	ck_assert_int_eq(kill(pid, SIGSTOP), 0);
	ck_assert_int_eq(waitpid(pid, &status, WUNTRACED), pid);
	ck_assert(WIFSTOPPED(status));
}

static inline void kill_now(pid_t pid)
{
	ck_assert_int_gt(pid, 1); /* not everybody */
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

#endif
