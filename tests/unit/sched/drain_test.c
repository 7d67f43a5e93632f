/* ^C at a terminal: what it means to the program, and what it does to jobs that run, wait, and have not begun. */
#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sched/sched.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"

Suite *drain_test(void);

enum { PATIENCE_MS = 60000 };

static int keyboard; /* who writes here types at our terminal */

static void type(const char *keys)
{
	if (file_write_all(keyboard, keys, strlen(keys)) < 0)
		abort();
}

static bool comes(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int64_t deadline = clock_ms() + PATIENCE_MS;
	int n;

	while ((n = poll(&p, 1, clock_poll_timeout(deadline))) < 0)
		;
	return n == 1;
}

/* In a process of its own, which leads a session and has a terminal. Returns what `work` returned. */
static int at_terminal(int (*work)(void))
{
	int slave, status;
	pid_t pid;

	ck_assert_int_eq(openpty(&keyboard, &slave, NULL, NULL, NULL), 0);
	pid = fork();
	if (pid == 0) {
		if (setsid() < 0 || ioctl(slave, TIOCSCTTY, 0) < 0)
			_exit(99);
		cancel_init();
		_exit(work());
	}
	close(slave);
	waitpid(pid, &status, 0);
	close(keyboard);
	ck_assert_msg(WIFEXITED(status), "wait status %#x", (unsigned)status);
	return WEXITSTATUS(status);
}

static int first_drains_second_cancels(void)
{
	cancel_drain_first(true);
	type("\x03");
	if (!comes(cancel_drain_fd()) || !cancel_draining() || cancel_requested())
		return 1;
	type("\x03");
	return comes(cancel_fd()) && cancel_requested() && cancel_exit_status() == 130 ? 0 : 2;
}

static int without_it_the_first_cancels(void)
{
	type("\x03");
	return comes(cancel_fd()) && !cancel_draining() && cancel_exit_status() == 130 ? 0 : 1;
}

static int sent_by_a_program(void)
{
	cancel_drain_first(true);
	kill(getpid(), SIGINT);
	return comes(cancel_fd()) && !cancel_draining() && cancel_exit_status() == 130 ? 0 : 1;
}

START_TEST(the_key_drains_and_cancels_the_second_time)
{
	ck_assert_int_eq(at_terminal(first_drains_second_cancels), 0);
	ck_assert_int_eq(at_terminal(without_it_the_first_cancels), 0);
	ck_assert_int_eq(at_terminal(sent_by_a_program), 0);
}
END_TEST

/* Told to end before it could have handlers of its own: it is still told, and its parent is not. */
static int told_at_birth(void)
{
	struct pollfd ours = {.fd = cancel_fd(), .events = POLLIN};
	sigset_t waiting;
	int status;
	pid_t pid;

	cancel_hold(true);
	pid = fork();
	if (pid == 0) {
		do
			sigpending(&waiting);
		while (!sigismember(&waiting, SIGTERM));
		cancel_rearm();
		cancel_hold(false);
		_exit(comes(cancel_fd()) && cancel_exit_status() == 143 ? 0 : 1);
	}
	kill(pid, SIGTERM);
	cancel_hold(false);
	waitpid(pid, &status, 0);
	return status == 0 && !cancel_requested() && poll(&ours, 1, 0) == 0 ? 0 : 1;
}

START_TEST(a_child_that_is_told_to_end_while_it_is_made_hears_it_and_its_parent_does_not)
{
	ck_assert_int_eq(at_terminal(told_at_birth), 0);
}
END_TEST

/* ---- jobs: 0 works until it is drained and a bit more, 1 waits for ever, the others are not begun ---- */

static struct {
	size_t started, looked;
	char answers[3];
	bool waits, typed;
	int told[2]; /* to job 0: go on to your end */
} seen;

static void work(void *ctx, size_t i, int fd)
{
	(void)ctx;
	if (i == 1) {
		file_write_all(fd, &(const char){SCHED_WAITING}, 1);
		file_write_all(fd, comes(cancel_fd()) ? "c" : "x", 1);
		return;
	}
	file_write_all(fd, comes(seen.told[0]) && !cancel_requested() && !cancel_draining() ? "y" : "x", 1);
}

static void starts(void *ctx, size_t i)
{
	(void)ctx;
	(void)i;
	seen.started++;
}

static void says(void *ctx, size_t i, enum sched_word word)
{
	(void)ctx;
	seen.waits = seen.waits || (i == 1 && word == SCHED_WAITING);
}

static enum sched_after ended(void *ctx, size_t i, const struct buf *out, int status, const struct rusage *used)
{
	(void)ctx;
	(void)status;
	(void)used;
	seen.answers[i < 2 ? i : 2] = out->len ? out->data[0] : '?';
	if (i == 1)
		file_write_all(seen.told[1], "x", 1);
	return SCHED_DONE;
}

static enum sched_room room(void *ctx, size_t i)
{
	(void)ctx;
	return i < 2 ? SCHED_ROOM_NOW : SCHED_ROOM_LATER;
}

/* Types once both are there; a second time would mean something else. */
static int64_t look(void *ctx)
{
	(void)ctx;
	if (seen.waits && !seen.typed)
		type("\x03");
	seen.typed = seen.waits;
	seen.looked++;
	return clock_ms() + 20;
}

static int drain(void)
{
	struct sched_ops ops = {.work = work, .starts = starts, .says = says, .ended = ended, .room = room, .look = look,
				.look_fd = -1, .grace_ms = PATIENCE_MS};
	size_t jobs[] = {0, 1, 2, 3}, left;

	if (pipe2(seen.told, O_CLOEXEC) < 0)
		return 90;
	cancel_drain_first(true);
	left = sched_run(&ops, NULL, jobs, 4);
	if (left != 2 || seen.started != 2)
		return 1;
	if (seen.answers[0] != 'y' || seen.answers[1] != 'c')
		return 2;
	return cancel_requested() || !seen.looked ? 3 : 0;
}

START_TEST(what_runs_goes_on_what_waits_ends_and_no_more_is_begun)
{
	ck_assert_int_eq(at_terminal(drain), 0);
}
END_TEST

/* ---- who looks on ---- */

static int look_pipe[2];

static int64_t look_at_pipe(void *ctx)
{
	char c;

	(void)ctx;
	if (poll(&(struct pollfd){.fd = look_pipe[0], .events = POLLIN}, 1, 0) == 1 && read(look_pipe[0], &c, 1) == 1) {
		seen.looked++;
		file_write_all(seen.told[1], "x", 1);
	}
	return INT64_MAX;
}

static void write_to_pipe(void *ctx, size_t i, int fd)
{
	(void)ctx;
	(void)i;
	file_write_all(look_pipe[1], "x", 1);
	file_write_all(fd, comes(seen.told[0]) ? "y" : "x", 1);
}

START_TEST(what_can_be_read_wakes_who_looks_on)
{
	struct sched_ops ops = {.work = write_to_pipe, .starts = starts, .ended = ended, .room = room, .look = look_at_pipe,
				.grace_ms = PATIENCE_MS};
	size_t job = 0;

	memset(&seen, 0, sizeof seen);
	ck_assert_int_eq(pipe2(seen.told, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(look_pipe, O_CLOEXEC), 0);
	ops.look_fd = look_pipe[0];
	ck_assert_uint_eq(sched_run(&ops, NULL, &job, 1), 0);
	ck_assert_int_eq(seen.answers[0], 'y');
	ck_assert_uint_eq(seen.looked, 1);
}
END_TEST

Suite *drain_test(void)
{
	Suite *s = suite_create("drain");
	TCase *t = tcase_create("drain");

	tcase_add_test(t, the_key_drains_and_cancels_the_second_time);
	tcase_add_test(t, a_child_that_is_told_to_end_while_it_is_made_hears_it_and_its_parent_does_not);
	tcase_add_test(t, what_runs_goes_on_what_waits_ends_and_no_more_is_begun);
	tcase_add_test(t, what_can_be_read_wakes_who_looks_on);
	suite_add_tcase(s, t);
	return s;
}
