#include "lab/line.h"

#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/mem.h"

Suite *line_test(void);

enum { PATIENCE_MS = 60000 };

static struct loop loop;
static struct line line;
static char folder[] = "/tmp/runtest-line.XXXXXX", *link_path;
static int host, board;

static void open_host(void)
{
	host = open(link_path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	ck_assert_int_ge(host, 0);
}

static void power(void)
{
	int ends[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
	line_connect(&line, ends[0]);
	board = ends[1];
}

static void set_up(void)
{
	memcpy(strrchr(folder, (int)'.') + 1, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	link_path = xasprintf("%s/tty", folder);
	loop_init(&loop);
	ck_assert_int_eq(line_open(&line, &loop, link_path, NULL), 0);
	open_host();
	board = -1;
}

static void tear_down(void)
{
	line_close(&line);
	ck_assert_int_ne(access(link_path, F_OK), 0);
	loop_finish(&loop);
	close(host);
	if (board >= 0)
		close(board);
	rmdir(folder);
	free(link_path);
}

static void awake(void *ctx)
{
	*(int *)ctx = 1;
}

/* Let the line do what there is to do. */
static void settle(void)
{
	int done = 0;

	loop_after(&loop, 20, awake, &done);
	while (!done)
		ck_assert_int_eq(loop_turn(&loop), 0);
}

static void said(int fd, const char *text)
{
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	/* The kernel carries it through a pty when it comes to that. */
	if (fd == host)
		ck_assert_int_eq(poll(&(struct pollfd){.fd = line.master, .events = POLLIN}, 1, PATIENCE_MS), 1);
	settle();
}

static void hears(int fd, const char *want)
{
	int64_t deadline = clock_ms() + PATIENCE_MS;
	size_t n = 0;
	char got[4096];

	for (;;) {
		ssize_t more = read(fd, got + n, sizeof got - 1 - n);

		n += more > 0 ? (size_t)more : 0;
		if (n >= strlen(want) || clock_ms() >= deadline)
			break;
		settle();
	}
	got[n] = '\0';
	ck_assert_str_eq(got, want);
}

START_TEST(bytes_pass_both_ways_and_typing_without_power_is_lost)
{
	said(host, "nobody there");
	power();
	settle();
	hears(board, "");
	said(board, "U-Boot 20\r\n\x03\x00");
	hears(host, "U-Boot 20\r\n\x03");
	said(host, "run\r\x03");
	hears(board, "run\r\x03");
}
END_TEST

START_TEST(what_was_said_stays_when_power_goes_and_nobody_listened)
{
	close(host);
	power();
	said(board, "last words");
	line_disconnect(&line);
	open_host();
	hears(host, "last words");
}
END_TEST

START_TEST(an_adapter_that_is_plugged_in_again_has_the_same_name)
{
	power();
	line_unplug(&line);
	said(board, "lost");
	hears(host, "");
	close(host);
	ck_assert_int_ne(access(link_path, F_OK), 0);
	ck_assert_int_eq(line_plug(&line, NULL), 0);
	open_host();
	said(board, "back");
	hears(host, "back");
}
END_TEST

START_TEST(a_key_that_is_pressed_while_u_boot_counts_is_missed)
{
	line.input = LINE_INPUT_MISSES_AUTOBOOT;
	power();
	said(board, "Hit any key to stop autoboot:  2 ");
	said(host, " ");
	hears(board, "");
	said(board, "\b\b\b 1 ");
	said(board, "\b\b"); /* in pieces, too */
	said(board, "\b 0 \r\n");
	said(host, "late");
	hears(board, "late");
	line_restarted(&line);
	said(host, "again");
	hears(board, "");
}
END_TEST

START_TEST(a_half_typed_command_stands_there_before_anybody_can_type)
{
	line.half_typed = xstrdup("md 0");
	power();
	said(board, "\r\n=");
	hears(board, "");
	said(board, "> ");
	hears(board, "md 0");
	hears(host, "\r\n=> ");
	said(board, "\r\n=> ");
	hears(board, "");
}
END_TEST

START_TEST(a_prompt_that_hangs_hears_nothing)
{
	line.input = LINE_INPUT_DIES_AT_PROMPT;
	power();
	said(host, " ");
	hears(board, " ");
	said(board, "\r\n=> ");
	said(host, "version\r");
	hears(board, "");
}
END_TEST

/* Time alone does not show that nobody reads: whoever does may have stood still with us. */
START_TEST(a_reader_that_is_late_because_everybody_was_loses_nothing)
{
	enum { LONG_US = 1500000 };
	int64_t end = clock_ms() + 60000;
	size_t sent = 0, got = 0;
	char much[4096];

	memset(much, 'x', sizeof much);
	power();
	while (!line.to_host.len) {
		ck_assert_int_eq(write(board, much, sizeof much), sizeof much);
		sent += sizeof much;
		settle();
	}
	usleep(LONG_US);
	ck_assert_int_eq(loop_turn(&loop), 0);
	for (; got < sent && clock_ms() < end; settle()) {
		ssize_t n = read(host, much, sizeof much);

		got += n > 0 ? (size_t)n : 0;
	}
	ck_assert_uint_eq(got, sent);
}
END_TEST

START_TEST(a_full_tty_that_nobody_reads_does_not_stop_the_board)
{
	char much[4096];
	int64_t end = clock_ms() + 200000;
	size_t sent = 0;
	int quiet = 0;

	memset(much, 'x', sizeof much);
	power();
	while (sent < 2000000 && clock_ms() < end) {
		ssize_t n = write(board, much, sizeof much);

		sent += n > 0 ? (size_t)n : 0;
		if (n < 0)
			settle();
	}
	ck_assert_uint_ge(sent, 2000000);
	/* And whoever reads again hears it again. */
	for (; quiet < 10; settle())
		quiet = read(host, much, sizeof much) > 0 ? 0 : quiet + 1;
	said(board, "here");
	hears(host, "here");
}
END_TEST

Suite *line_test(void)
{
	Suite *s = suite_create("line");
	TCase *c = tcase_create("line");

	tcase_add_checked_fixture(c, set_up, tear_down);
	tcase_add_test(c, bytes_pass_both_ways_and_typing_without_power_is_lost);
	tcase_add_test(c, what_was_said_stays_when_power_goes_and_nobody_listened);
	tcase_add_test(c, an_adapter_that_is_plugged_in_again_has_the_same_name);
	tcase_add_test(c, a_key_that_is_pressed_while_u_boot_counts_is_missed);
	tcase_add_test(c, a_half_typed_command_stands_there_before_anybody_can_type);
	tcase_add_test(c, a_prompt_that_hangs_hears_nothing);
	tcase_add_test(c, a_reader_that_is_late_because_everybody_was_loses_nothing);
	tcase_add_test(c, a_full_tty_that_nobody_reads_does_not_stop_the_board);
	suite_add_tcase(s, c);
	return s;
}
