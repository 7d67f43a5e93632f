/* What a machine queue's client says, as mq.sh prints it. */
#include <check.h>
#include <string.h>

#include "board/mq/said.h"

Suite *mqsaid_test(void);

static struct mq_lock lock(const char *text)
{
	return mq_lock_read(text, strlen(text), "maaxboard1");
}

START_TEST(a_free_board_is_free)
{
	ck_assert_int_eq(lock("maaxboard1 FREE\n").hold, MQ_FREE);
	ck_assert_int_eq(lock("maaxboard1 FREE\r\n").hold, MQ_FREE);
	ck_assert_int_eq(lock("Warning: added host key\nmaaxboard1 FREE").hold, MQ_FREE);
}
END_TEST

START_TEST(a_lock_has_owner_time_and_key)
{
	struct mq_lock l = lock("maaxboard1 LOCKED alice 2026-03-01 10:11:12.123456789 +1100 a-key\r\n");

	ck_assert_int_eq(l.hold, MQ_HELD);
	ck_assert_str_eq(l.owner, "alice");
	ck_assert_str_eq(l.since, "2026-03-01 10:11:12.123456789 +1100");
	ck_assert_str_eq(l.key, "a-key");
	ck_assert(mq_lock_is(&l, "a-key"));
	ck_assert(!mq_lock_is(&l, "another"));
}
END_TEST

START_TEST(a_lock_without_a_key_is_nobodys_we_know)
{
	struct mq_lock l = lock("maaxboard1 LOCKED alice 2026-03-01 10:11:12.1 +1100\n");

	ck_assert_str_eq(l.key, "");
	ck_assert(!mq_lock_is(&l, "a-key"));
}
END_TEST

START_TEST(another_boards_line_says_nothing)
{
	ck_assert_int_eq(lock("maaxboard2 FREE\n").hold, MQ_UNKNOWN);
	ck_assert_int_eq(lock("maaxboard11 FREE\n").hold, MQ_UNKNOWN);
	ck_assert_int_eq(lock("maaxboard1\n").hold, MQ_UNKNOWN);
	ck_assert_int_eq(lock("maaxboard1 LOCKED\n").hold, MQ_UNKNOWN);
	ck_assert_int_eq(lock("").hold, MQ_UNKNOWN);
	ck_assert_int_eq(mq_lock_read(NULL, 0, "maaxboard1").hold, MQ_UNKNOWN);
}
END_TEST

START_TEST(long_words_are_cut_and_control_characters_left_out)
{
	char text[600], long_word[401];
	struct mq_lock l;

	memset(long_word, 'k', 400);
	long_word[400] = '\0';
	snprintf(text, sizeof text, "maaxboard1 LOCKED a\033[31ml d t z %s\n", long_word);
	l = lock(text);
	ck_assert_str_eq(l.owner, "a[31ml");
	ck_assert_uint_eq(strlen(l.key), sizeof l.key - 1);
}
END_TEST

static void expect_end(const char *said, int status, const char *what)
{
	struct err e;

	ck_assert_int_eq(mq_explain(said, strlen(said), status, "mq.sh run of a1", &e), -1);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_msg(strstr(e.what, what) != NULL, "%s", e.what);
	ck_assert_ptr_eq(strstr(e.what, "mq.sh run of a1"), e.what);
}

START_TEST(every_end_is_the_labs_and_told_apart)
{
	expect_end("Unable to ssh to tftp.example.org\n", 1, "cannot be reached by ssh");
	expect_end("Failed to run because you said you own the lock (-n flag), but you don't!\n", 1, "lock was lost");
	expect_end("bytes [[Boot timeout]]\n", 1, "did not boot");
	expect_end("bytes [[Timeout]]\n", 1, "time limit passed");
	expect_end("x\nConnection closed by UNKNOWN port 65535\r\n", 255, "connection");
	expect_end("[-- Console server shutting down --]", 1, "console server");
	expect_end("System or pool 'a9' does not exist. Valid systems are\n", 1, "no such board");
	expect_end("", 255, "ssh ended with status 255");
	expect_end("MON|INFO: system is up\n", 3, "ended by itself with status 3");
}
END_TEST

START_TEST(the_board_speaks_behind_the_clients_line)
{
	static const char said[] = "Lock acquired, we are allowed to run\r\nU-Boot";

	ck_assert_uint_eq(mq_running_from("Acquiring lock for a1\n", 22), 0);
	ck_assert_str_eq(said + mq_running_from(said, sizeof said - 1), "\r\nU-Boot");
}
END_TEST

Suite *mqsaid_test(void)
{
	Suite *s = suite_create("mqsaid");
	TCase *t = tcase_create("mqsaid");

	tcase_add_test(t, a_free_board_is_free);
	tcase_add_test(t, a_lock_has_owner_time_and_key);
	tcase_add_test(t, a_lock_without_a_key_is_nobodys_we_know);
	tcase_add_test(t, another_boards_line_says_nothing);
	tcase_add_test(t, long_words_are_cut_and_control_characters_left_out);
	tcase_add_test(t, every_end_is_the_labs_and_told_apart);
	tcase_add_test(t, the_board_speaks_behind_the_clients_line);
	suite_add_tcase(s, t);
	return s;
}
