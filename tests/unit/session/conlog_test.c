#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/conlog.h"
#include "util/file.h"

Suite *conlog_test(void);

static char dir[64];

static void make_dir(void)
{
	strncpy(dir, "/tmp/conlog-test-XXXXXX", sizeof dir);
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void remove_dir(void)
{
	file_remove_tree(dir, NULL);
}

static char *contents(const char *name)
{
	char path[128];
	struct buf b;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	buf_init(&b);
	ck_assert_int_eq(file_read(path, &b, NULL), 0);
	return buf_steal(&b);
}

START_TEST(every_byte_is_kept_and_every_stretch_has_a_time)
{
	struct conlog l;
	struct err e;
	char *text;

	ck_assert_int_eq(conlog_open(&l, dir, &e), 0);
	ck_assert_int_eq(conlog_add(&l, "one\r\n", 5, 100, &e), 0);
	ck_assert_int_eq(conlog_add(&l, "tw", 2, 101, &e), 0); /* too soon for a line of its own */
	ck_assert_int_eq(conlog_add(&l, "o\n", 2, 5000, &e), 0);
	conlog_close(&l);
	text = contents("console.log");
	ck_assert_str_eq(text, "one\r\ntwo\n");
	free(text);
	text = contents("console.idx");
	ck_assert_str_eq(text, "0 100\n7 5000\n");
	free(text);
}
END_TEST

START_TEST(the_tail_is_whole_lines_and_harmless)
{
	struct conlog l;
	struct err e;
	char *tail;

	ck_assert_int_eq(conlog_open(&l, dir, &e), 0);
	tail = conlog_tail(&l, 3);
	ck_assert_str_eq(tail, "");
	free(tail);
	conlog_add(&l, "a\r\nb\033[31m\r\nc\0d\xc3\xa9\n", 17, 1, &e);
	tail = conlog_tail(&l, 2);
	ck_assert_str_eq(tail, "b\\x1b[31m\nc\\x00d\xc3\xa9\n");
	free(tail);
	for (int i = 0; i < 10000; i++)
		conlog_add(&l, "0123456789\n", 11, 1, &e);
	tail = conlog_tail(&l, 2);
	ck_assert_str_eq(tail, "0123456789\n0123456789\n");
	free(tail);
	conlog_close(&l);
}
END_TEST

START_TEST(what_was_there_before_is_marked)
{
	struct conlog l;
	struct err e;
	char *text;

	ck_assert_int_eq(conlog_open(&l, dir, &e), 0);
	ck_assert_int_eq(conlog_add_stale(&l, "old", 3, -70, &e), 0);
	conlog_add(&l, "new", 3, 100, &e);
	conlog_add(&l, "er", 2, 200, &e);
	ck_assert_int_eq(conlog_add_stale(&l, "off", 3, 300, &e), 0);
	conlog_add(&l, "on", 2, 310, &e);
	ck_assert_uint_eq(l.size, 13);
	text = contents("console.idx");
	ck_assert_str_eq(text, "0 -70 stale\n3 100\n8 300 stale\n11 310\n");
	free(text);
	text = contents("console.log");
	ck_assert_str_eq(text, "oldneweroffon");
	free(text);
	conlog_close(&l);
}
END_TEST

START_TEST(an_older_log_is_never_written_over)
{
	struct conlog l, again;
	struct err e;

	ck_assert_int_eq(conlog_open(&l, dir, &e), 0);
	conlog_close(&l);
	ck_assert_int_eq(conlog_open(&again, dir, &e), -1);
	ck_assert_int_eq(e.kind, ERR_IO);
	conlog_close(&again);
}
END_TEST

Suite *conlog_test(void)
{
	Suite *s = suite_create("conlog");
	TCase *t = tcase_create("conlog");

	tcase_add_checked_fixture(t, make_dir, remove_dir);
	tcase_add_test(t, every_byte_is_kept_and_every_stretch_has_a_time);
	tcase_add_test(t, the_tail_is_whole_lines_and_harmless);
	tcase_add_test(t, what_was_there_before_is_marked);
	tcase_add_test(t, an_older_log_is_never_written_over);
	suite_add_tcase(s, t);
	return s;
}
