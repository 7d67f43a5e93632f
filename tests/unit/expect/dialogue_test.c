#include "expect/dialogue.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/clock.h"

Suite *dialogue_test(void);

enum { PATIENCE_MS = 60000 };

static struct dialogue *start(const char *shell_command)
{
	const char *argv[] = {"sh", "-c", shell_command, NULL};
	struct dialogue_spec spec = {.argv = argv, .log = -1};
	struct err e;
	struct dialogue *d = dialogue_start(&spec, &e);

	ck_assert_msg(d != NULL, "%s", d ? "" : e.what);
	return d;
}

/* Write `out` and read until n bytes have come, both as the terminal allows. */
static void exchange(struct dialogue *d, const char *out, size_t out_len, struct buf *in, size_t n)
{
	int64_t deadline = clock_ms() + PATIENCE_MS;
	size_t sent = 0;
	char chunk[5000];

	while ((in->len < n || sent < out_len) && clock_ms() < deadline) {
		struct pollfd p = {.fd = dialogue_fd(d), .events = sent < out_len ? POLLIN | POLLOUT : POLLIN};
		ssize_t got = dialogue_read(d, chunk, sizeof chunk),
			put = dialogue_write(d, out + sent, out_len - sent);

		if (got > 0)
			buf_add(in, chunk, (size_t)got);
		if (put > 0)
			sent += (size_t)put;
		if (got == DIALOGUE_OVER)
			break;
		if (got == DIALOGUE_LATER && put <= 0)
			poll(&p, 1, 1000);
	}
	ck_assert_uint_eq(sent, out_len);
	ck_assert_uint_eq(in->len, n);
}

START_TEST(every_byte_passes_both_ways_and_nothing_is_added)
{
	enum { SIZE = 1 << 20 };
	char *bytes = malloc(SIZE);
	struct dialogue *d = start("exec cat");
	unsigned seed = 1;
	struct buf in;

	buf_init(&in);
	for (int i = 0; i < SIZE; i++)
		bytes[i] = (char)rand_r(&seed);
	exchange(d, bytes, SIZE, &in, SIZE);
	ck_assert(memcmp(in.data, bytes, SIZE) == 0);
	ck_assert_int_ne(dialogue_end(d, 1000), -1);
	buf_finish(&in);
	free(bytes);
}
END_TEST

START_TEST(a_program_that_does_not_read_stops_the_writer)
{
	struct dialogue *d = start("sleep 100");
	char chunk[1000] = "";
	size_t taken = 0;
	ssize_t n;

	while ((n = dialogue_write(d, chunk, sizeof chunk)) > 0)
		taken += (size_t)n;
	ck_assert_int_eq(n, DIALOGUE_LATER);
	ck_assert_uint_gt(taken, 1000);
	ck_assert_uint_lt(taken, 1 << 20);
	ck_assert_int_eq(WTERMSIG(dialogue_end(d, PATIENCE_MS)), SIGTERM);
}
END_TEST

START_TEST(a_program_that_ended_is_read_to_the_end_first)
{
	struct dialogue *d = start("printf 'last\\nwords\\0'; exit 7");
	int64_t deadline = clock_ms() + PATIENCE_MS;
	char got[64];
	int status;

	ck_assert(dialogue_pid(d) > 0);
	while (!dialogue_ended(d, &status) && clock_ms() < deadline)
		usleep(1000);
	ck_assert_int_eq(WEXITSTATUS(status), 7);
	ck_assert_int_eq(dialogue_read(d, got, sizeof got), 11);
	ck_assert(memcmp(got, "last\nwords\0", 11) == 0);
	ck_assert_int_eq(dialogue_read(d, got, sizeof got), DIALOGUE_OVER);
	ck_assert(dialogue_ended(d, &status));
	status = dialogue_end(d, 1000);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 7);
}
END_TEST

START_TEST(what_stands_behind_an_awaited_text_is_kept)
{
	struct dialogue *d = start("printf 'noise READY\\0rest\\r\\n'; exec cat");
	struct sigaction before, after;
	struct buf in;
	struct err e;

	buf_init(&in);
	sigaction(SIGALRM, NULL, &before);
	ck_assert_int_eq(dialogue_await(d, "READY", PATIENCE_MS, &e), 0);
	sigaction(SIGALRM, NULL, &after);
	ck_assert(before.sa_handler == after.sa_handler);
	exchange(d, "more", 4, &in, 11);
	ck_assert(memcmp(in.data, "\0rest\r\nmore", 11) == 0);
	dialogue_end(d, 1000);
	buf_finish(&in);
}
END_TEST

START_TEST(waiting_ends_at_its_milliseconds_and_when_the_program_does)
{
	struct dialogue *d = start("exec cat");
	int64_t begin = clock_ms();
	struct err e;

	ck_assert_int_lt(dialogue_await(d, "READY", 150, &e), 0);
	ck_assert_int_ge(clock_ms() - begin, 149);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	dialogue_end(d, 1000);
	d = start("exit 3");
	ck_assert_int_lt(dialogue_await(d, "READY", PATIENCE_MS, &e), 0);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_int_eq(WEXITSTATUS(dialogue_end(d, PATIENCE_MS)), 3);
}
END_TEST

START_TEST(a_program_that_has_let_its_terminal_go_may_take_its_time_to_exit)
{
	struct dialogue *d = start("exec </dev/null >/dev/null 2>&1; sleep 1; exit 5");
	struct pollfd p = {.fd = dialogue_fd(d), .events = POLLIN};
	char got[64];
	int status;

	while (dialogue_read(d, got, sizeof got) != DIALOGUE_OVER)
		poll(&p, 1, 1000);
	status = dialogue_end(d, 10);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 5);
}
END_TEST

START_TEST(a_program_that_ignores_the_term_signal_is_killed)
{
	struct dialogue *d = start("trap '' TERM; echo up; while :; do sleep 0.05; done");
	struct err e;
	int status;

	ck_assert_int_eq(dialogue_await(d, "up", PATIENCE_MS, &e), 0);
	status = dialogue_end(d, 50);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGKILL);
}
END_TEST

START_TEST(the_program_dies_with_its_parent)
{
	int pipe_fds[2];
	pid_t parent, program = 0;
	int64_t deadline;

	ck_assert_int_eq(pipe(pipe_fds), 0);
	parent = fork();
	if (parent == 0) {
		pid_t pid = dialogue_pid(start("trap '' HUP TERM; exec sleep 100"));

		if (write(pipe_fds[1], &pid, sizeof pid) < 0)
			_exit(1);
		raise(SIGKILL);
	}
	ck_assert_int_eq(read(pipe_fds[0], &program, sizeof program), sizeof program);
	waitpid(parent, NULL, 0);
	deadline = clock_ms() + PATIENCE_MS;
	while (kill(program, 0) == 0 && clock_ms() < deadline)
		usleep(1000);
	ck_assert_int_eq(kill(program, 0), -1);
	ck_assert_int_eq(errno, ESRCH);
}
END_TEST

START_TEST(a_missing_program_is_named)
{
	const char *argv[] = {"no-such-program", NULL};
	struct dialogue_spec spec = {.argv = argv, .log = -1};
	struct err e;

	ck_assert_ptr_null(dialogue_start(&spec, &e));
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "no-such-program"));
	ck_assert(e.hint[0]);
}
END_TEST

START_TEST(a_missing_module_is_explained)
{
	const char *argv[] = {"cat", NULL};
	struct dialogue_spec spec = {.argv = argv, .log = -1};
	struct err e;

	setenv("RUNTEST_LIBEXEC", "/nonexistent", 1);
	ck_assert_ptr_null(dialogue_start(&spec, &e));
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "/nonexistent/expect.so"));
	ck_assert_ptr_nonnull(strstr(e.hint, "RUNTEST_LIBEXEC"));
}
END_TEST

Suite *dialogue_test(void)
{
	Suite *s = suite_create("dialogue");
	TCase *t = tcase_create("dialogue");

	tcase_add_test(t, every_byte_passes_both_ways_and_nothing_is_added);
	tcase_add_test(t, a_program_that_does_not_read_stops_the_writer);
	tcase_add_test(t, a_program_that_ended_is_read_to_the_end_first);
	tcase_add_test(t, what_stands_behind_an_awaited_text_is_kept);
	tcase_add_test(t, waiting_ends_at_its_milliseconds_and_when_the_program_does);
	tcase_add_test(t, a_program_that_has_let_its_terminal_go_may_take_its_time_to_exit);
	tcase_add_test(t, a_program_that_ignores_the_term_signal_is_killed);
	tcase_add_test(t, the_program_dies_with_its_parent);
	tcase_add_test(t, a_missing_program_is_named);
	tcase_add_test(t, a_missing_module_is_explained);
	suite_add_tcase(s, t);
	return s;
}
