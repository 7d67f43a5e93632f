#include "match/pattern.h"

#include <check.h>
#include <string.h>

Suite *pattern_test(void);

static size_t found_at(struct pattern *p, const char *text)
{
	struct pattern_span at = {0, 0};
	const char *reason = NULL;

	ck_assert_int_eq(pattern_find(p, text, strlen(text), 0, PATTERN_ENDED, &at, &reason), PATTERN_FOUND);
	return at.start;
}

/* What one of them found must not be seen by the other, and one's end must not take the code from the other. */
START_TEST(patterns_of_a_kept_text_are_each_others_strangers)
{
	struct pattern *one, *other;
	struct pattern_group *groups;
	struct err e;
	size_t count = 0;

	pattern_keep("n=(?<n>[0-9])");
	pattern_keep("n=(?<n>[0-9])");
	one = pattern_create("n=(?<n>[0-9])", &e);
	other = pattern_create("n=(?<n>[0-9])", &e);
	pattern_prepare(one);
	ck_assert_uint_eq(found_at(one, " n=1"), 1);
	ck_assert_uint_eq(found_at(other, "   n=2"), 3);
	groups = pattern_groups(one, " n=1", &count);
	ck_assert_uint_eq(count, 1);
	ck_assert_str_eq(groups[0].value, "1");
	pattern_groups_free(groups, count);
	pattern_destroy(one);
	ck_assert_uint_eq(found_at(other, "n=3"), 0);
	pattern_destroy(other);
}
END_TEST

START_TEST(a_text_that_is_no_pattern_is_refused_when_it_is_used)
{
	struct err e;

	pattern_keep("(");
	ck_assert_ptr_null(pattern_create("(", &e));
	ck_assert_int_eq(e.kind, ERR_CONFIG);
	pattern_keep("a*");
	ck_assert_ptr_null(pattern_create("a*", &e));
	ck_assert_ptr_nonnull(strstr(e.what, "matches the empty text"));
}
END_TEST

Suite *pattern_test(void)
{
	Suite *s = suite_create("pattern");
	TCase *t = tcase_create("pattern");

	tcase_add_test(t, patterns_of_a_kept_text_are_each_others_strangers);
	tcase_add_test(t, a_text_that_is_no_pattern_is_refused_when_it_is_used);
	suite_add_tcase(s, t);
	return s;
}
