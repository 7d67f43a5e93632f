#include "expect/script.h"

#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"

Suite *script_test(void);

enum { PATIENCE_MS = 60000 };

static char script[] = "/tmp/runtest-script-XXXXXX", log_path[] = "/tmp/runtest-log-XXXXXX";
static int log_fd;
static struct buf sent, logged; /* to the console; to the log */

static void setup(void)
{
	int fd = mkstemp(script);

	ck_assert_int_ge(fd, 0);
	close(fd);
	log_fd = mkostemp(log_path, O_CLOEXEC);
	ck_assert_int_ge(log_fd, 0);
	buf_init(&sent);
	buf_init(&logged);
}

static void teardown(void)
{
	close(log_fd);
	unlink(script);
	unlink(log_path);
	buf_finish(&sent);
	buf_finish(&logged);
}

/* A board: says hello first, then answers what it is told. */
struct answer {
	const char *told, *say;
};

static const struct answer login[] = {
	{"", "\r\nboard login: "},
	{"root\r", "root\r\n# "},
	{"uname\r", "uname\r\nLinux\r\n# "},
	{NULL, NULL},
};

/* Run the script against the board; returns its exit status. Its own patience is longer than expect's ten seconds. */
static int run(const char *text, const struct answer *board)
{
	char *patient = xasprintf("set timeout 60\n%s", text);
	int64_t deadline = clock_ms() + PATIENCE_MS;
	struct dialogue *d;
	char chunk[4096];
	size_t seen = 0;
	struct err e;
	ssize_t n;
	int status;

	ck_assert_int_eq(file_write_atomic(script, patient, strlen(patient), false, &e), 0);
	free(patient);
	d = script_start(script, log_fd, PATIENCE_MS, &e);
	ck_assert_msg(d != NULL, "%s", d ? "" : e.what);
	while ((n = dialogue_read(d, chunk, sizeof chunk)) != DIALOGUE_OVER && clock_ms() < deadline) {
		struct pollfd p = {.fd = dialogue_fd(d), .events = POLLIN};

		if (n > 0)
			buf_add(&sent, chunk, (size_t)n);
		if (board->told && sent.len - seen >= strlen(board->told)) {
			seen += strlen(board->told);
			dialogue_write(d, board->say, strlen(board->say));
			board++;
		} else if (n == DIALOGUE_LATER) {
			poll(&p, 1, 100);
		}
	}
	status = dialogue_end(d, PATIENCE_MS);
	ck_assert_int_eq(file_read(log_path, &logged, &e), 0);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

START_TEST(a_script_that_spawns_nothing_talks_to_the_console)
{
	ck_assert_int_eq(run("expect \"login: \"\nsend \"root\\r\"\nexpect \"# \"\nsend \"uname\\r\"\n"
			     "expect Linux {} timeout {exit 4}\n",
			     login), 0);
	ck_assert_str_eq(sent.data, "root\runame\r");
}
END_TEST

START_TEST(a_script_that_spawns_its_terminal_program_gets_the_console_instead)
{
	ck_assert_int_eq(run("#!/usr/bin/expect -f\nset port /dev/ttyUSB0\nproc connect {} {\n	global port spawn_id\n"
			     "	spawn -noecho no-such-terminal -b 115200 $port\n}\nconnect\nexpect \"login: \"\n"
			     "send \"root\\r\"\nexpect \"# \"\nsend_user \"logged in\\n\"\ninteract\n"
			     "close\nwait\nexit 6\n",
			     login), 6);
	ck_assert_str_eq(sent.data, "root\r");
	ck_assert_ptr_nonnull(strstr(logged.data, "logged in"));
	ck_assert_ptr_nonnull(strstr(logged.data, "board login: "));
}
END_TEST

START_TEST(after_closing_its_terminal_program_a_script_may_spawn_it_again)
{
	ck_assert_int_eq(run("spawn microcom -p /dev/ttyS0\nexpect \"login: \"\nclose\nwait\n"
			     "spawn microcom -p /dev/ttyS0\nsend \"root\\r\"\nexpect \"# \" {} timeout {exit 4}\n",
			     login), 0);
	ck_assert_str_eq(sent.data, "root\r");
}
END_TEST

START_TEST(further_programs_are_really_spawned)
{
	ck_assert_int_eq(run("spawn picocom /dev/ttyS0\nset console $spawn_id\nspawn sh -c {echo really}\n"
			     "expect really {} timeout {exit 4}\nexpect eof\nwait\nset spawn_id $console\n"
			     "expect \"login: \" {} timeout {exit 5}\nsend \"root\\r\"\n",
			     login), 0);
	ck_assert_str_eq(sent.data, "root\r");
}
END_TEST

START_TEST(what_a_script_prints_never_reaches_the_console)
{
	ck_assert_int_eq(run("puts out\nputs stderr err\nsend_user user\nexpect \"login: \"\n"
			     "send \"a\\n\\0b\\r\"\n", login), 0);
	ck_assert_uint_eq(sent.len, 5);
	ck_assert(memcmp(sent.data, "a\n\0b\r", 5) == 0);
	ck_assert_ptr_nonnull(strstr(logged.data, "out\n"));
	ck_assert_ptr_nonnull(strstr(logged.data, "err\n"));
	ck_assert_ptr_nonnull(strstr(logged.data, "user"));
}
END_TEST

START_TEST(log_user_0_keeps_the_dialogue_out_of_the_log)
{
	ck_assert_int_eq(run("log_user 0\nexpect \"login: \"\nputs done\n", login), 0);
	ck_assert_ptr_null(strstr(logged.data, "board"));
	ck_assert_ptr_nonnull(strstr(logged.data, "done"));
}
END_TEST

START_TEST(a_scripts_exit_status_is_its_own_and_an_error_makes_it_1)
{
	ck_assert_int_eq(run("expect \"login: \"\nexit 42\n", login), 42);
	ck_assert_int_eq(run("expect \"login: \"\nno_such_command\n", login), 1);
	ck_assert_ptr_nonnull(strstr(logged.data, "no_such_command"));
	ck_assert_int_eq(run("if {", login), 1);
}
END_TEST

START_TEST(a_timeout_is_only_a_failure_where_the_script_says_so)
{
	ck_assert_int_eq(run("set timeout 1\nexpect never\n", login), 0);
	ck_assert_int_eq(run("set timeout 1\nexpect never {} timeout {exit 4}\n", login), 4);
}
END_TEST

START_TEST(a_script_is_over_when_it_ends_whatever_it_leaves_running)
{
	/* Longer than the patience, after which its status would be another one. */
	ck_assert_int_eq(run("exec sleep 100 &\nspawn picocom\nspawn sleep 100\nexit 8\n", login), 8);
}
END_TEST

START_TEST(a_script_that_closes_its_console_may_take_its_time)
{
	ck_assert_int_eq(run("expect \"login: \"\nclose\nwait\nsleep 1\nputs late\nexit 9\n", login), 9);
	ck_assert_ptr_nonnull(strstr(logged.data, "late"));
}
END_TEST

START_TEST(a_script_finds_itself_and_its_arguments_as_usual)
{
	ck_assert_int_eq(run("puts \"$argv0|$argc|[info script]|[info exists env(RUNTEST_SCRIPT)]\"\n", login), 0);
	ck_assert_ptr_nonnull(strstr(logged.data, script));
	ck_assert_ptr_nonnull(strstr(logged.data, "|0|"));
}
END_TEST

START_TEST(a_script_that_is_not_there_is_a_configuration_error)
{
	struct err e;

	ck_assert_ptr_null(script_start("/nonexistent/login.exp", -1, PATIENCE_MS, &e));
	ck_assert_int_eq(e.kind, ERR_CONFIG);
	ck_assert_str_eq(e.where, "/nonexistent/login.exp");
}
END_TEST

START_TEST(a_missing_interpreter_is_named)
{
	struct err e;

	setenv("PATH", "/nonexistent", 1);
	ck_assert_ptr_null(script_start(script, -1, PATIENCE_MS, &e));
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "expect"));
}
END_TEST

Suite *script_test(void)
{
	Suite *s = suite_create("script");
	TCase *t = tcase_create("script");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_script_that_spawns_nothing_talks_to_the_console);
	tcase_add_test(t, a_script_that_spawns_its_terminal_program_gets_the_console_instead);
	tcase_add_test(t, after_closing_its_terminal_program_a_script_may_spawn_it_again);
	tcase_add_test(t, further_programs_are_really_spawned);
	tcase_add_test(t, what_a_script_prints_never_reaches_the_console);
	tcase_add_test(t, log_user_0_keeps_the_dialogue_out_of_the_log);
	tcase_add_test(t, a_scripts_exit_status_is_its_own_and_an_error_makes_it_1);
	tcase_add_test(t, a_timeout_is_only_a_failure_where_the_script_says_so);
	tcase_add_test(t, a_script_is_over_when_it_ends_whatever_it_leaves_running);
	tcase_add_test(t, a_script_that_closes_its_console_may_take_its_time);
	tcase_add_test(t, a_script_finds_itself_and_its_arguments_as_usual);
	tcase_add_test(t, a_script_that_is_not_there_is_a_configuration_error);
	tcase_add_test(t, a_missing_interpreter_is_named);
	suite_add_tcase(s, t);
	return s;
}
