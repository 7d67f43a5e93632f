#include "hand/attach.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include "hand/keys.h"
#include "util/cancel.h"
#include "util/file.h"

Suite *attach_test(void);

/* A desk: a console whose board is the test, at the other end of a socket; and files for what is shown and told. */
static char dir[40];
static int board, keys;
static int breaks;
static struct handlog logged;
static struct attach_options how;

static int note_break(struct console *c, int64_t ms, struct err *e)
{
	(void)c;
	(void)e;
	ck_assert_int_gt(ms, 0);
	breaks++;
	return 0;
}

static struct console_ops ops = {.name = "test", .send_break = note_break};
static struct console line = {.ops = &ops};

static int output(const char *name)
{
	char path[64];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
}

static void setup(void)
{
	int ends[2], typed[2];

	strncpy(dir, "/tmp/runtest-desk.XXXXXX", sizeof dir);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	ck_assert_int_eq(pipe(typed), 0);
	line.fd = line.out_fd = ends[0];
	board = ends[1];
	keys = typed[1];
	ck_assert_int_eq(handlog_open(&logged, dir, "unit", NULL), 0);
	how = (struct attach_options){.in = typed[0], .out = output("out"), .notes = output("notes"),
				      .escape = KEYS_DEFAULT, .settle_ms = 1};
}

static void teardown(void)
{
	handlog_close(&logged);
	file_remove_tree(dir, NULL);
}

static void say(const char *text)
{
	ck_assert_int_eq(write(board, text, strlen(text)), (ssize_t)strlen(text));
}

static void type(const char *text)
{
	ck_assert_int_eq(write(keys, text, strlen(text)), (ssize_t)strlen(text));
}

/* The whole file, from a static place. */
static const char *content(const char *path)
{
	static struct buf b;

	buf_clear(&b);
	ck_assert_int_eq(file_read(path, &b, NULL), 0);
	return b.data ? b.data : "";
}

static const char *file(const char *name)
{
	char path[64];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return content(path);
}

static int attach(void)
{
	struct err e;

	return attach_run(&line, &logged, &how, &e);
}

START_TEST(a_pipe_sends_all_and_hears_the_answer)
{
	char got[16] = "";

	type("version\x1dq");
	close(keys);
	say("=> ");
	ck_assert_int_eq(attach(), ATTACH_INPUT_END);
	ck_assert_int_eq(read(board, got, sizeof got), 9);
	ck_assert_str_eq(got, "version\x1dq");
	ck_assert_str_eq(file("out"), "=> ");
	ck_assert_str_eq(file("notes"), "[runtest: this was on the line already:]\n"
					"[runtest: what comes from here on is new]\n");
	ck_assert_str_eq(content(logged.path), "=> ");
}
END_TEST

/* Reads as any console does; when there is nothing for the first time we are kept from running, and the board talks on. */
static bool stood_still;

static ssize_t read_and_stand_still(struct console *c, void *out, size_t n, struct err *e)
{
	ssize_t got = read(c->fd, out, n);

	(void)e;
	if (got < 0 && !stood_still) {
		stood_still = true;
		say("two");
		usleep(30000);
	}
	return got;
}

static int say_one(void *ctx, bool typed, struct err *e)
{
	(void)ctx;
	(void)typed;
	(void)e;
	if (!stood_still)
		say("one");
	how.may_stay = NULL;
	return 0;
}

START_TEST(what_came_while_it_stood_still_is_old_as_well)
{
	ops.read = read_and_stand_still;
	close(keys);
	say("one");
	ck_assert_int_eq(attach(), ATTACH_INPUT_END);
	ck_assert(stood_still);
	ck_assert_str_eq(file("out"), "onetwo");
	ck_assert_str_eq(file("notes"), "[runtest: this was on the line already:]\n"
					"[runtest: what comes from here on is new]\n");
	ck_assert_uint_eq(logged.size, 6);
	ck_assert(logged.stale);
}
END_TEST

START_TEST(silence_while_it_stood_still_is_none)
{
	ops.read = read_and_stand_still;
	how.linger_ms = 10;
	how.may_stay = say_one;
	close(keys);
	ck_assert_int_eq(attach(), ATTACH_INPUT_END);
	ck_assert(stood_still);
	ck_assert_str_eq(file("out"), "onetwo");
	ck_assert_str_eq(file("notes"), "");
}
END_TEST

/* As it is found by who was kept from looking until the silence should have been over. */
START_TEST(what_is_found_late_was_on_the_line_already)
{
	how.settle_ms = 0;
	close(keys);
	say("=> ");
	ck_assert_int_eq(attach(), ATTACH_INPUT_END);
	ck_assert_str_eq(file("notes"), "[runtest: this was on the line already:]\n"
					"[runtest: what comes from here on is new]\n");
}
END_TEST

START_TEST(orders_of_the_escape_key_are_obeyed)
{
	char got[16] = "";

	how.interactive = true;
	type("a\x1d""b\x1d?b\x1dqc");
	ck_assert_int_eq(attach(), ATTACH_QUIT);
	ck_assert_int_eq(breaks, 1);
	ck_assert_int_eq(read(board, got, sizeof got), -1); /* what was typed right before quitting may be unsent */
	ck_assert_ptr_nonnull(strstr(file("notes"), "[runtest: break sent]\r\n"));
	ck_assert_ptr_nonnull(strstr(file("notes"), "[runtest: ctrl-] and then: q quit"));
	ck_assert_ptr_nonnull(strstr(file("notes"), logged.path));
}
END_TEST

START_TEST(a_break_that_there_is_not_is_told)
{
	how.interactive = true;
	ops.send_break = NULL;
	type("\x1d""b\x1dq");
	ck_assert_int_eq(attach(), ATTACH_QUIT);
	ops.send_break = note_break;
	ck_assert_ptr_nonnull(strstr(file("notes"), "there is no break on a console of kind test"));
}
END_TEST

START_TEST(a_line_that_dies_ends_it)
{
	say("last words");
	close(board);
	ck_assert_int_eq(attach(), ATTACH_LINE_END);
	ck_assert_str_eq(file("out"), "last words");
	ck_assert_str_eq(content(logged.path), "last words");
}
END_TEST

START_TEST(a_character_that_stopped_half_way_is_seen)
{
	how.harmless = true;
	say("caf\xc3");
	close(board);
	ck_assert_int_eq(attach(), ATTACH_LINE_END);
	ck_assert_str_eq(file("out"), "caf\\xc3");
	ck_assert_str_eq(content(logged.path), "caf\xc3");
}
END_TEST

START_TEST(it_can_be_shown_harmlessly_and_is_kept_raw)
{
	how.harmless = how.interactive = true;
	say("\x1b[2Ja\r\nb");
	type("\x1dq");
	ck_assert_int_eq(attach(), ATTACH_QUIT);
	ck_assert_str_eq(file("out"), "\\x1b[2Ja\r\nb");
	ck_assert_str_eq(content(logged.path), "\x1b[2Ja\r\nb");
}
END_TEST

START_TEST(lines_may_begin_at_the_left)
{
	how.interactive = how.returns = true;
	say("a\nb\n");
	type("\x1dq");
	ck_assert_int_eq(attach(), ATTACH_QUIT);
	ck_assert_str_eq(file("out"), "a\r\nb\r\n");
	ck_assert_str_eq(content(logged.path), "a\nb\n");
}
END_TEST

START_TEST(a_log_that_cannot_be_written_is_told_once)
{
	how.interactive = true;
	close(logged.log_fd);
	logged.log_fd = open("/dev/full", O_WRONLY);
	ck_assert_int_ge(logged.log_fd, 0);
	say("one\n");
	type("\x1dq");
	ck_assert_int_eq(attach(), ATTACH_QUIT);
	ck_assert_str_eq(file("out"), "one\n");
	ck_assert_ptr_nonnull(strstr(file("notes"), "No space left on device: nothing more is logged"));
}
END_TEST

START_TEST(a_signal_ends_it)
{
	struct err e;

	cancel_init();
	raise(SIGTERM);
	ck_assert_int_eq(attach_run(&line, &logged, &how, &e), -1);
	ck_assert_int_eq(e.kind, ERR_CANCELLED);
}
END_TEST

START_TEST(a_reader_that_is_stuck_does_not_keep_it_from_ending)
{
	char much[4096];
	struct err e;
	int stuck[2];
	pid_t pid;

	cancel_init();
	memset(much, 'x', sizeof much);
	ck_assert_int_eq(pipe2(stuck, O_NONBLOCK), 0);
	while (write(stuck[1], much, sizeof much) > 0)
		;
	fcntl(stuck[1], F_SETFL, 0); /* as a pipe of the shell's is */
	how.out = stuck[1];
	say("hello");
	pid = fork();
	if (pid == 0) { /* when that was heard, and is to be shown */
		while (file_size(logged.path) < 5)
			usleep(1000);
		usleep(20000);
		kill(getppid(), SIGTERM);
		_exit(0);
	}
	ck_assert_int_eq(attach_run(&line, &logged, &how, &e), -1);
	ck_assert_int_eq(e.kind, ERR_CANCELLED);
}
END_TEST

START_TEST(nobody_who_reads_is_an_end)
{
	int gone[2];

	cancel_init(); /* no SIGPIPE */
	ck_assert_int_eq(pipe(gone), 0);
	close(gone[0]);
	how.out = gone[1];
	ck_assert_int_eq(attach(), ATTACH_QUIT);
}
END_TEST

START_TEST(it_ends_when_nothing_is_typed_and_says_so_before)
{
	struct err e;

	how.idle_ms = 60;
	ck_assert_int_eq(attach_run(&line, &logged, &how, &e), -1);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "nothing was typed for 60ms"));
	ck_assert_ptr_nonnull(strstr(file("notes"), "any key keeps it"));
	how.idle_ms = 24 * 3600 * 1000;
	close(keys);
	ck_assert_int_eq(attach(), ATTACH_INPUT_END);
}
END_TEST

/* The moment of the warning and that of the end are the same here, as they are for who comes late to both. */
START_TEST(it_never_ends_without_a_warning_because_nothing_is_typed)
{
	struct err e;

	how.idle_ms = 1;
	ck_assert_int_eq(attach_run(&line, &logged, &how, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.what, "nothing was typed"));
	ck_assert_ptr_nonnull(strstr(file("notes"), "any key keeps it"));
}
END_TEST

struct asked {
	int times, typed, last; /* the last time it is no */
};

static int may_stay(void *ctx, bool typed, struct err *e)
{
	struct asked *a = ctx;

	a->typed += typed;
	if (++a->times >= a->last)
		return err_set(e, ERR_INFRA, "it is somebody else's");
	err_set(e, ERR_NONE, "not for long");
	return a->times == 1;
}

START_TEST(it_ends_when_one_may_not_stay)
{
	struct asked asked = {.last = 3};
	struct err e;

	how.may_stay = may_stay;
	how.ctx = &asked;
	type("a");
	ck_assert_int_eq(attach_run(&line, &logged, &how, &e), -1);
	ck_assert_str_eq(e.what, "it is somebody else's");
	ck_assert_int_eq(asked.times, 3);
	ck_assert_int_eq(asked.typed, 1);
	ck_assert_str_eq(file("notes"), "[runtest: not for long]\n");
}
END_TEST

START_TEST(two_logs_in_one_second_have_names_of_their_own)
{
	struct handlog other[3];

	for (size_t i = 0; i < 3; i++)
		ck_assert_int_eq(handlog_open(&other[i], dir, "unit", NULL), 0);
	ck_assert_str_ne(other[0].path, other[1].path);
	ck_assert_str_ne(other[1].path, other[2].path);
	for (size_t i = 0; i < 3; i++)
		handlog_close(&other[i]);
}
END_TEST

START_TEST(the_index_tells_what_was_on_the_line_already)
{
	unsigned long long offset, at;
	char index[64], *end;
	const char *text;

	ck_assert_int_eq(handlog_add(&logged, "old", 3, true, NULL), 0);
	ck_assert_int_eq(handlog_add(&logged, "old", 3, true, NULL), 0);
	ck_assert_int_eq(handlog_add(&logged, "new", 3, false, NULL), 0);
	ck_assert_int_eq(handlog_add(&logged, "old", 3, true, NULL), 0);
	snprintf(index, sizeof index, "%.*s.idx", (int)strlen(logged.path) - 4, logged.path);
	text = content(index);
	for (int i = 0; i < 3; i++) {
		static const unsigned long long offsets[] = {0, 6, 9};

		offset = strtoull(text, &end, 10);
		at = strtoull(end, &end, 10);
		ck_assert_uint_eq(offset, offsets[i]);
		ck_assert_uint_lt(at, 60000000);
		ck_assert_int_eq(strncmp(end, i == 1 ? "\n" : " stale\n", i == 1 ? 1 : 7), 0);
		text = strchr(end, '\n') + 1;
	}
	ck_assert_str_eq(text, "");
	ck_assert_str_eq(content(logged.path), "oldoldnewold");
}
END_TEST

Suite *attach_test(void)
{
	Suite *s = suite_create("attach");
	TCase *t = tcase_create("attach");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_pipe_sends_all_and_hears_the_answer);
	tcase_add_test(t, what_came_while_it_stood_still_is_old_as_well);
	tcase_add_test(t, silence_while_it_stood_still_is_none);
	tcase_add_test(t, what_is_found_late_was_on_the_line_already);
	tcase_add_test(t, orders_of_the_escape_key_are_obeyed);
	tcase_add_test(t, a_break_that_there_is_not_is_told);
	tcase_add_test(t, a_line_that_dies_ends_it);
	tcase_add_test(t, a_character_that_stopped_half_way_is_seen);
	tcase_add_test(t, it_can_be_shown_harmlessly_and_is_kept_raw);
	tcase_add_test(t, lines_may_begin_at_the_left);
	tcase_add_test(t, a_log_that_cannot_be_written_is_told_once);
	tcase_add_test(t, a_signal_ends_it);
	tcase_add_test(t, a_reader_that_is_stuck_does_not_keep_it_from_ending);
	tcase_add_test(t, nobody_who_reads_is_an_end);
	tcase_add_test(t, it_ends_when_nothing_is_typed_and_says_so_before);
	tcase_add_test(t, it_never_ends_without_a_warning_because_nothing_is_typed);
	tcase_add_test(t, it_ends_when_one_may_not_stay);
	tcase_add_test(t, two_logs_in_one_second_have_names_of_their_own);
	tcase_add_test(t, the_index_tells_what_was_on_the_line_already);
	suite_add_tcase(s, t);
	return s;
}
