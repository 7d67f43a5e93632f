#include "cli/difference.h"

#include <check.h>
#include <string.h>

#include "util/mem.h"

Suite *difference_test(void);

static const struct session_result pass = {.verdict = VERDICT_PASS, .boot_us = 50},
				   control = {.verdict = VERDICT_EXPECTED_FAIL, .cause = CAUSE_PD_CODE_CLEARED},
				   cleared = {.verdict = VERDICT_FAIL, .cause = CAUSE_PD_CODE_CLEARED, .boot_us = 70},
				   panic = {.verdict = VERDICT_FAIL, .cause = CAUSE_KERNEL_PANIC, .boot_us = 90},
				   infra = {.verdict = VERDICT_INFRA};

#define SIDE(...)                                                                                          \
	(struct side_sessions){(const struct session_result *const[]){__VA_ARGS__},                        \
			       sizeof((const struct session_result *const[]){__VA_ARGS__}) / sizeof(void *)}

START_TEST(a_change_is_what_a_side_came_to_and_the_other_did_not)
{
	ck_assert_int_eq(difference_change(SIDE(&pass), SIDE(&pass)), CHANGE_NONE);
	ck_assert_int_eq(difference_change(SIDE(&cleared), SIDE(&cleared)), CHANGE_NONE);
	ck_assert_int_eq(difference_change(SIDE(&pass), SIDE(&cleared)), CHANGE_WORSE);
	ck_assert_int_eq(difference_change(SIDE(&pass, &pass), SIDE(&pass, &cleared)), CHANGE_WORSE);
	ck_assert_int_eq(difference_change(SIDE(&cleared), SIDE(&panic)), CHANGE_WORSE);
	ck_assert_int_eq(difference_change(SIDE(&cleared), SIDE(&pass)), CHANGE_BETTER);
	ck_assert_int_eq(difference_change(SIDE(&control), SIDE(&control)), CHANGE_NONE);
	ck_assert_int_eq(difference_change(SIDE(&pass), SIDE(&infra)), CHANGE_UNKNOWN);
	ck_assert_int_eq(difference_change(SIDE(&infra), SIDE(&cleared)), CHANGE_UNKNOWN);
}
END_TEST

START_TEST(verdicts_are_counted_and_the_first_that_is_not_ok_is_shown)
{
	struct buf b = {0};

	difference_verdicts(&b, SIDE(&pass, &cleared, &pass));
	ck_assert_str_eq(b.data, "2 x pass, 1 x fail pd-code-cleared");
	ck_assert_ptr_eq(difference_shown(SIDE(&pass, &cleared, &pass)), &cleared);
	ck_assert_ptr_eq(difference_shown(SIDE(&pass)), &pass);
	ck_assert_int_eq((int)difference_boot_us(SIDE(&panic, &pass, &cleared)), 70);
	ck_assert_int_eq((int)difference_boot_us(SIDE(&infra)), -1);
	buf_finish(&b);
}
END_TEST

START_TEST(regions_differ_by_damage_and_not_by_size)
{
	struct page_evidence was = {.moment = "end", .look = 1, .region = "hello-0", .role = "waits", .judged = true,
				    .count = {[COUNT_INTACT] = 3}}, longer = was, damaged = was;
	struct session_result a = {.evidence = {.pages = &was, .page_count = 1}},
			      b = {.evidence = {.pages = &longer, .page_count = 1}},
			      c = {.evidence = {.pages = &damaged, .page_count = 1}}, none = {.evidence = {.page_count = 0}};
	struct buf out = {0};

	longer.count[COUNT_INTACT] = 4;
	damaged.count[COUNT_INTACT] = 1;
	damaged.count[COUNT_CLEARED] = 2;
	ck_assert_uint_eq(difference_pages(&out, &a, &b, "", 9), 0);
	ck_assert_uint_eq(difference_pages(&out, &a, &c, "", 9), 1);
	ck_assert_str_eq(out.data, "end hello-0 (waits): 3 intact | 1 intact, 2 cleared\n");
	buf_clear(&out);
	ck_assert_uint_eq(difference_pages(&out, &none, &c, "", 9), 1);
	ck_assert_str_eq(out.data, "end hello-0 (waits): not looked at | 1 intact, 2 cleared\n");
	buf_finish(&out);
}
END_TEST

static size_t line(const char *x, const char *y)
{
	struct buf a = {0}, b = {0};
	const char *p, *q;
	size_t n, m, number;

	buf_adds(&a, x);
	buf_adds(&b, y);
	number = difference_line(&a, &b, &p, &n, &q, &m);
	buf_finish(&a);
	buf_finish(&b);
	return number;
}

START_TEST(the_first_line_that_differs_is_found)
{
	ck_assert_uint_eq(line("", ""), 0);
	ck_assert_uint_eq(line("one\r\ntwo\n", "one\ntwo"), 0);
	ck_assert_uint_eq(line("one\ntwo\n", "one\nthree\n"), 2);
	ck_assert_uint_eq(line("one\n", "one\ntwo\n"), 2);
	ck_assert_uint_eq(line("", "one"), 1);
}
END_TEST

Suite *difference_test(void)
{
	Suite *s = suite_create("difference");
	TCase *t = tcase_create("difference");

	tcase_add_test(t, a_change_is_what_a_side_came_to_and_the_other_did_not);
	tcase_add_test(t, verdicts_are_counted_and_the_first_that_is_not_ok_is_shown);
	tcase_add_test(t, regions_differ_by_damage_and_not_by_size);
	tcase_add_test(t, the_first_line_that_differs_is_found);
	suite_add_tcase(s, t);
	return s;
}
