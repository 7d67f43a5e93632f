/* Where a kernel sees all physical memory. */
#include <check.h>

#include "replay/culprit.h"

Suite *culprit_test(void);

START_TEST(each_kernel_has_its_window)
{
	uint64_t at;

	ck_assert_int_eq(culprit_window("aarch64", "el2", &at), 0);
	ck_assert_uint_eq(at, UINT64_C(0x8000000000));
	ck_assert_int_eq(culprit_window("aarch64", "el1", &at), 0);
	ck_assert_uint_eq(at, UINT64_C(0xffffff8000000000));
	ck_assert_int_eq(culprit_window("riscv64", "s-mode", &at), 0);
	ck_assert_uint_eq(at, UINT64_C(0xffffffc000000000));
}
END_TEST

/* A wrong guess would find nobody, and say that nobody did it. */
START_TEST(what_nobody_knows_is_no_window)
{
	uint64_t at;

	ck_assert_int_eq(culprit_window("aarch64", NULL, &at), -1);
	ck_assert_int_eq(culprit_window("x86_64", "ring0", &at), -1);
	ck_assert_int_eq(culprit_window(NULL, NULL, &at), -1);
}
END_TEST

Suite *culprit_test(void)
{
	Suite *suite = suite_create("culprit");
	TCase *t = tcase_create("culprit");

	tcase_add_test(t, each_kernel_has_its_window);
	tcase_add_test(t, what_nobody_knows_is_no_window);
	suite_add_tcase(suite, t);
	return suite;
}
