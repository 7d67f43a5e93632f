#include "util/clock.h"

#include <check.h>
#include <unistd.h>

Suite *clock_test(void);

START_TEST(time_in_which_we_stood_still_is_no_deadlines)
{
	int64_t now = clock_ms(), now_us = clock_us(), deadline = now + 1000;

	/* As if a wait that began long ago, and was to end soon afterwards, had ended only now. */
	clock_woke(now - 600000, now - 500000);
	ck_assert_int_ge(clock_stood_still_ms(), 500000);
	ck_assert_int_lt(clock_ms(), now - 400000);
	ck_assert_int_gt(clock_poll_timeout(deadline), 400000);
	ck_assert_int_ge(clock_us(), now_us);
}
END_TEST

START_TEST(a_wait_that_ends_in_time_changes_nothing)
{
	int64_t now = clock_ms();

	clock_woke(now, now + 600000);
	clock_woke(now, INT64_MAX);
	clock_woke(now - 600000, INT64_MAX);
	ck_assert_int_eq(clock_stood_still_ms(), 0);
	ck_assert_int_ge(clock_ms(), now);
}
END_TEST

/* What was overdue when the wait began was late for another reason. */
START_TEST(what_was_overdue_before_is_not_counted)
{
	int64_t now = clock_ms();

	clock_woke(now, now - 600000);
	ck_assert_int_lt(clock_stood_still_ms(), 600000);
}
END_TEST

Suite *clock_test(void)
{
	Suite *s = suite_create("clock");
	TCase *t = tcase_create("deadlines");

	tcase_add_test(t, time_in_which_we_stood_still_is_no_deadlines);
	tcase_add_test(t, a_wait_that_ends_in_time_changes_nothing);
	tcase_add_test(t, what_was_overdue_before_is_not_counted);
	suite_add_tcase(s, t);
	return s;
}
