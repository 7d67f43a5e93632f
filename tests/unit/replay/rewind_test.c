/* The points that a debugger has set, by which it is stopped on the way back. */
#include <check.h>

#include "replay/rewind.h"

Suite *rewind_test(void);

static const struct rewind_point store = {GDB_POINT_WRITE, 0x8060003000, 8};
static const struct rewind_point other = {GDB_POINT_WRITE, 0x8060003000, 4};
static const struct rewind_point code = {GDB_POINT_SOFTWARE, 0x8060003000, 4};

/* Debuggers set the same again and again. */
START_TEST(what_is_set_twice_is_there_once)
{
	struct rewind_points p = {0};

	rewind_add_point(&p, &store);
	rewind_add_point(&p, &code);
	rewind_add_point(&p, &store);
	ck_assert_uint_eq(p.count, 2);
	rewind_points_finish(&p);
	ck_assert_uint_eq(p.count, 0);
}
END_TEST

/* Kind, address and size together: one of another size at the same place stays. */
START_TEST(only_the_same_point_is_removed)
{
	struct rewind_points p = {0};

	rewind_add_point(&p, &store);
	rewind_add_point(&p, &code);
	rewind_remove_point(&p, &other);
	ck_assert_uint_eq(p.count, 2);
	rewind_remove_point(&p, &store);
	ck_assert_uint_eq(p.count, 1);
	ck_assert_int_eq(p.items[0].kind, GDB_POINT_SOFTWARE);
	rewind_points_finish(&p);
}
END_TEST

Suite *rewind_test(void)
{
	Suite *s = suite_create("rewind");
	TCase *t = tcase_create("points");

	tcase_add_test(t, what_is_set_twice_is_there_once);
	tcase_add_test(t, only_the_same_point_is_removed);
	suite_add_tcase(s, t);
	return s;
}
