#include <check.h>

#include "util/units.h"

Suite *units_test(void);

START_TEST(durations_need_a_unit)
{
	int64_t ms = -1;

	ck_assert_int_eq(units_duration_ms("500ms", &ms), 0);
	ck_assert_int_eq(ms, 500);
	ck_assert_int_eq(units_duration_ms("2m", &ms), 0);
	ck_assert_int_eq(ms, 120000);
	ck_assert_int_eq(units_duration_ms("5", &ms), -1);
	ck_assert_int_eq(units_duration_ms("s", &ms), -1);
	ck_assert_int_eq(units_duration_ms("-1s", &ms), -1);
	ck_assert_int_eq(units_duration_ms("5 s", &ms), -1);
	ck_assert_int_eq(units_duration_ms("99999999999999999999s", &ms), -1);
	ck_assert_int_eq(units_duration_ms("9223372036854775807d", &ms), -1);
}
END_TEST

START_TEST(sizes_are_powers_of_1024)
{
	uint64_t n = 0;

	ck_assert_int_eq(units_size("2G", &n), 0);
	ck_assert_uint_eq(n, 2147483648u);
	ck_assert_int_eq(units_size("0x40000000", &n), 0);
	ck_assert_uint_eq(n, 0x40000000u);
	ck_assert_int_eq(units_size("17179869184G", &n), -1);
	ck_assert_int_eq(units_size("1X", &n), -1);
	ck_assert_int_eq(units_size("1KB", &n), -1);
	ck_assert_int_eq(units_size("", &n), -1);
}
END_TEST

Suite *units_test(void)
{
	Suite *s = suite_create("units");
	TCase *t = tcase_create("units");

	tcase_add_test(t, durations_need_a_unit);
	tcase_add_test(t, sizes_are_powers_of_1024);
	suite_add_tcase(s, t);
	return s;
}
