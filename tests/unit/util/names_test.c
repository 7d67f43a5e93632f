#include <check.h>

#include "util/names.h"

Suite *names_test(void);

static const char *word_at(const void *ctx, size_t i)
{
	return ((const char *const *)ctx)[i];
}

START_TEST(the_nearest_name_has_the_fewest_slips)
{
	static const char *const words[] = {"patched", "unpatched", NULL, "initial-task"};
	struct names names = {word_at, words, 4};

	ck_assert_str_eq(names_nearest(names, "pached"), "patched");
	ck_assert_str_eq(names_nearest(names, "unpathced"), "unpatched");
	ck_assert_str_eq(names_nearest(names, "initialtask"), "initial-task");
	ck_assert_ptr_null(names_nearest(names, "capdl"));
	ck_assert_ptr_null(names_nearest(names, ""));
}
END_TEST

START_TEST(a_glob_means_names)
{
	static const char *const words[] = {NULL, "patched", "unpatched"};
	static const char *const globs[] = {"x*", "un*", NULL};
	struct names names = {word_at, words, 3};

	ck_assert(names_have(names, "*patched"));
	ck_assert(names_have(names, "patched"));
	ck_assert(!names_have(names, "patch"));
	ck_assert(names_match(globs, "unpatched"));
	ck_assert(!names_match(globs, "patched"));
	ck_assert(!names_match(NULL, "patched"));
}
END_TEST

Suite *names_test(void)
{
	Suite *s = suite_create("names");
	TCase *t = tcase_create("names");

	tcase_add_test(t, the_nearest_name_has_the_fewest_slips);
	tcase_add_test(t, a_glob_means_names);
	suite_add_tcase(s, t);
	return s;
}
