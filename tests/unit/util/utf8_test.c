#include <check.h>
#include <string.h>

#include "util/utf8.h"

Suite *utf8_test(void);

START_TEST(only_utf8_passes_for_utf8)
{
	static const struct {
		const char *bytes;
		size_t n;
		bool ok;
	} cases[] = {
		{"plain", 5, true},       {"\xc3\xa9", 2, true},         {"\xe2\x80\xa6", 3, true},
		{"\xf0\x9f\x90\x8a", 4, true}, {"\xc3", 1, false},       {"\xff", 1, false},
		{"\xc0\x80", 2, false},   {"\xe0\x80\xaf", 3, false},    {"\xed\xa0\x80", 3, false},
		{"\xf4\x90\x80\x80", 4, false}, {"a\0b", 3, false},      {"\x80", 1, false},
		{"\xe2\x80", 2, false},   {"\xef\xbf\xbf", 3, true},     {"", 0, true},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_msg(utf8_valid(cases[i].bytes, cases[i].n) == cases[i].ok, "case %zu", i);
}
END_TEST

static size_t width(const char *s)
{
	return utf8_width(s, strlen(s));
}

START_TEST(columns_are_counted_as_a_terminal_shows_them)
{
	ck_assert_uint_eq(width("pass"), 4);
	ck_assert_uint_eq(width("500 × pass"), 10);
	ck_assert_uint_eq(width("漢字"), 4);
	ck_assert_uint_eq(width("e\xcc\x81"), 1);
	ck_assert_uint_eq(width(""), 0);
}
END_TEST

START_TEST(a_beginning_ends_between_characters)
{
	ck_assert_uint_eq(utf8_within("abc", 3, 2), 2);
	ck_assert_uint_eq(utf8_within("漢字", 6, 3), 3);
	ck_assert_uint_eq(utf8_within("e\xcc\x81x", 4, 1), 3);
	ck_assert_uint_eq(utf8_within("abc", 3, 9), 3);
}
END_TEST

Suite *utf8_test(void)
{
	Suite *s = suite_create("utf8");
	TCase *t = tcase_create("utf8");

	tcase_add_test(t, only_utf8_passes_for_utf8);
	tcase_add_test(t, columns_are_counted_as_a_terminal_shows_them);
	tcase_add_test(t, a_beginning_ends_between_characters);
	suite_add_tcase(s, t);
	return s;
}
