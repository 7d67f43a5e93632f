/* The words of a queue's client: as they are here, quoted for a shell elsewhere. */
#include <check.h>

#include "board/mq/client.h"
#include "util/clock.h"
#include "util/mem.h"

Suite *mqclient_test(void);

static const char *const command[] = {"ssh", "lab", "mq.sh", NULL};
static const struct mq_remote elsewhere;

START_TEST(words_are_quoted_where_a_shell_splits_them_again)
{
	const char *const words[] = {"run", "-c", "it's over; rm x", "", "a1", NULL};
	struct unit_mq here = {.command = command}, there = {.command = command, .remote = &elsewhere};
	const char *const *w;
	struct arena a;

	arena_init(&a);
	w = mq_words(&here, words, &a);
	ck_assert_str_eq(w[2], "mq.sh");
	ck_assert_str_eq(w[5], "it's over; rm x");
	w = mq_words(&there, words, &a);
	ck_assert_str_eq(w[3], "run");
	ck_assert_str_eq(w[5], "'it'\\''s over; rm x'");
	ck_assert_str_eq(w[6], "''");
	ck_assert_str_eq(w[7], "a1");
	ck_assert_ptr_null(w[8]);
	arena_finish(&a);
}
END_TEST

START_TEST(file_and_name_are_filled_in_wherever_they_stand)
{
	const char *const copy[] = {"scp", "{file}", "lab:/tmp/{name}.img", "{other}", NULL};
	const char *const *w;
	struct arena a;

	arena_init(&a);
	w = mq_filled(copy, "/x/{name}", "key", &a);
	ck_assert_str_eq(w[1], "/x/{name}");
	ck_assert_str_eq(w[2], "lab:/tmp/key.img");
	ck_assert_str_eq(w[3], "{other}");
	ck_assert_ptr_null(w[4]);
	arena_finish(&a);
}
END_TEST

START_TEST(a_call_gives_status_and_all_output)
{
	const char *const argv[] = {"sh", "-c", "echo one; echo two >&2; exit 3", NULL};
	struct buf said;
	struct err e;

	buf_init(&said);
	ck_assert_int_eq(mq_call(argv, -1, clock_ms() + MQ_CALL_MS, &said, &e), 3);
	ck_assert_str_eq(said.data, "one\ntwo\n");
	buf_finish(&said);
}
END_TEST

START_TEST(a_call_that_takes_too_long_is_ended)
{
	const char *const argv[] = {"sleep", "60", NULL};
	struct buf said;
	struct err e;

	buf_init(&said);
	ck_assert_int_eq(mq_call(argv, -1, clock_ms() + 20, &said, &e), -1);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	buf_finish(&said);
}
END_TEST

Suite *mqclient_test(void)
{
	Suite *s = suite_create("mqclient");
	TCase *t = tcase_create("mqclient");

	tcase_add_test(t, words_are_quoted_where_a_shell_splits_them_again);
	tcase_add_test(t, file_and_name_are_filled_in_wherever_they_stand);
	tcase_add_test(t, a_call_gives_status_and_all_output);
	tcase_add_test(t, a_call_that_takes_too_long_is_ended);
	suite_add_tcase(s, t);
	return s;
}
