/* Two texts looked for as one: whichever comes first is found, and one knows which it was. */
#include "match/unless.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "match/watch.h"

Suite *unless_test(void);

static struct watch *w;
static struct watch_hit hit;

static void begin(void)
{
	w = watch_create();
}

static void end(void)
{
	watch_destroy(w);
}

static void expect(const char *expected, const char *unless)
{
	char *both = unless_pattern(expected, unless);
	struct err e;

	ck_assert_int_eq(watch_expect(w, both, &e), 0);
	free(both);
}

static void feed(const char *s)
{
	watch_feed(w, s, strlen(s));
}

START_TEST(the_expected_text_first)
{
	expect("^id=(?<id>[0-9]+)$|x", "^HOLD$");
	feed("id=47\nHOLD\n");
	ck_assert(watch_matched(w, &hit));
	ck_assert_str_eq(hit.text, "id=47");
	ck_assert_str_eq(watch_capture(w, "id"), "47");
	ck_assert_ptr_null(watch_capture(w, UNLESS_GROUP));
	expect("^HOLD$", "^id=");
	ck_assert(watch_matched(w, &hit)); /* what lies before the place does not count */
	ck_assert_ptr_null(watch_capture(w, UNLESS_GROUP));
}
END_TEST

START_TEST(the_other_text_first)
{
	expect("^id=(?<id>[0-9]+)$", "^HOLD$|never");
	feed("id=\nHOLD\nid=47\n");
	ck_assert(watch_matched(w, &hit));
	ck_assert_str_eq(hit.text, "HOLD");
	ck_assert_str_eq(watch_capture(w, UNLESS_GROUP), "HOLD");
}
END_TEST

START_TEST(one_that_has_only_begun_does_not_yield_to_a_later_one)
{
	expect("one\n.*\nthree", "two");
	feed("one\ntwo");
	ck_assert(!watch_matched(w, &hit));
	feed("\nthree\n");
	ck_assert(watch_matched(w, &hit));
	ck_assert_ptr_null(watch_capture(w, UNLESS_GROUP));
}
END_TEST

Suite *unless_test(void)
{
	Suite *s = suite_create("unless");
	TCase *t = tcase_create("unless");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, the_expected_text_first);
	tcase_add_test(t, the_other_text_first);
	tcase_add_test(t, one_that_has_only_begun_does_not_yield_to_a_later_one);
	suite_add_tcase(s, t);
	return s;
}
