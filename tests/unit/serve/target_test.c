#include <check.h>
#include <string.h>

#include "serve/target.h"

Suite *target_test(void);

static struct arena arena;
static struct target t;

static void begin(void)
{
	arena_init(&arena);
}

static void end(void)
{
	arena_finish(&arena);
}

START_TEST(a_path_is_taken_apart_and_decoded)
{
	ck_assert_int_eq(target_parse(&t, "/runs/latest/a%20b%c3%A9/?before=x%2fy&q=a+b&empty&", &arena), 0);
	ck_assert_uint_eq(t.count, 3);
	ck_assert_str_eq(t.segments[2], "a b\xc3\xa9");
	ck_assert(t.folder);
	ck_assert_str_eq(target_value(&t, "before"), "x/y");
	ck_assert_str_eq(target_value(&t, "q"), "a b");
	ck_assert_str_eq(target_value(&t, "empty"), "");
	ck_assert_ptr_null(target_value(&t, "none"));
	ck_assert_int_eq(target_parse(&t, "/", &arena), 0);
	ck_assert_uint_eq(t.count, 0);
	ck_assert_int_eq(target_parse(&t, "/a", &arena), 0);
	ck_assert(!t.folder);
}
END_TEST

START_TEST(no_way_leads_up_and_nothing_hides)
{
	static const char *const bad[] = {
		"", "runs", "http://x/", "//", "/a//b", "/..", "/a/../b", "/a/.", "/%2e%2e/b", "/a%2fb", "/a%5cb", "/a\\b", "/a%00b", "/a%0d%0a",
		"/a%", "/a%2", "/a%zz", "/a b", "/a\tb", "/%ff", "/%c0%af", "/a?x=%0a", "/a?x=%", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17",
		"/?1&2&3&4&5&6&7&8&9&10&11&12&13&14&15&16&17", "/\xff"};
	char longest[TARGET_LENGTH_MAX + 3] = "/";

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(target_parse(&t, bad[i], &arena) < 0, "taken: %s", bad[i]);
	memset(longest + 1, 'a', TARGET_LENGTH_MAX);
	ck_assert_int_lt(target_parse(&t, longest, &arena), 0);
	longest[TARGET_LENGTH_MAX] = '\0'; /* negative control: one less is fine */
	ck_assert_int_eq(target_parse(&t, longest, &arena), 0);
}
END_TEST

START_TEST(names_are_files_below_and_not_hidden_ones)
{
	ck_assert(target_is_name("pd-survives.patched.qemu.debug.1"));
	ck_assert(!target_is_name(""));
	ck_assert(!target_is_name(".nightly"));
	ck_assert(!target_is_name(".."));
	ck_assert(!target_is_name("a/b"));
	ck_assert(!target_is_name("a\nb"));
	ck_assert(!target_is_name("a\xff"));
}
END_TEST

Suite *target_test(void)
{
	Suite *s = suite_create("target");
	TCase *c = tcase_create("target");

	tcase_add_checked_fixture(c, begin, end);
	tcase_add_test(c, a_path_is_taken_apart_and_decoded);
	tcase_add_test(c, no_way_leads_up_and_nothing_hides);
	tcase_add_test(c, names_are_files_below_and_not_hidden_ones);
	suite_add_tcase(s, c);
	return s;
}
