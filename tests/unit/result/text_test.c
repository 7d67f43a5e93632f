#include <check.h>
#include <string.h>

#include "result/text.h"

Suite *text_test(void);

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
		ck_assert_msg(text_is_utf8(cases[i].bytes, cases[i].n) == cases[i].ok, "case %zu", i);
}
END_TEST

START_TEST(broken_bytes_and_nuls_are_spelled_out)
{
	struct buf b;

	buf_init(&b);
	text_add_utf8(&b, "a\0\xff\xc3\xa9\xe2\x80z\n\033", 10);
	ck_assert_str_eq(b.data, "a\\x00\\xff\xc3\xa9\\xe2\\x80z\n\033");
	buf_finish(&b);
}
END_TEST

START_TEST(every_text_becomes_utf8)
{
	unsigned seed = 1;

	for (int i = 0; i < 20000; i++) {
		unsigned char bytes[24];
		struct buf b;

		buf_init(&b);
		for (size_t k = 0; k < sizeof bytes; k++) {
			seed = seed * 1103515245 + 12345;
			bytes[k] = (unsigned char)(seed >> 16 | (seed & 1 ? 0xc0 : 0));
		}
		text_add_utf8(&b, bytes, sizeof bytes);
		ck_assert(text_is_utf8(b.data, b.len));
		buf_finish(&b);
	}
}
END_TEST

START_TEST(a_terminal_gets_no_orders)
{
	struct buf b;

	buf_init(&b);
	text_add_printable(&b, "\033[2J\a\tx\n\x7f\xc2\x9b \xe2\x80\xae", true);
	ck_assert_str_eq(b.data, "\\x1b[2J\\x07\tx\n\\x7f\\u{9b} \\u{202e}");
	buf_clear(&b);
	text_add_printable(&b, "one\ntwo", false);
	ck_assert_str_eq(b.data, "one\\ntwo");
	buf_finish(&b);
}
END_TEST

START_TEST(xml_gets_no_characters_that_it_cannot_hold)
{
	struct buf b;

	buf_init(&b);
	text_add_xml(&b, "a\x01\033[0m\tb\r\n\xef\xbf\xbf\xff<&>");
	ck_assert_str_eq(b.data, "a[0m\tb\n\\xff<&>");
	buf_finish(&b);
}
END_TEST

START_TEST(columns_are_counted_as_a_terminal_shows_them)
{
	ck_assert_uint_eq(text_width("pass"), 4);
	ck_assert_uint_eq(text_width("500 × pass"), 10);
	ck_assert_uint_eq(text_width("漢字"), 4);
	ck_assert_uint_eq(text_width("e\xcc\x81"), 1);
	ck_assert_uint_eq(text_width(""), 0);
}
END_TEST

START_TEST(long_text_is_shortened_to_its_columns)
{
	struct buf b;

	buf_init(&b);
	text_add_shortened(&b, "exactly10!", 10);
	ck_assert_str_eq(b.data, "exactly10!");
	buf_clear(&b);
	text_add_shortened(&b, "eleven long", 10);
	ck_assert_str_eq(b.data, "eleven lo…");
	buf_clear(&b);
	text_add_shortened(&b, "漢字漢字", 6);
	ck_assert_str_eq(b.data, "漢字…");
	buf_finish(&b);
}
END_TEST

Suite *text_test(void)
{
	Suite *s = suite_create("text");
	TCase *t = tcase_create("text");

	tcase_add_test(t, only_utf8_passes_for_utf8);
	tcase_add_test(t, broken_bytes_and_nuls_are_spelled_out);
	tcase_add_test(t, every_text_becomes_utf8);
	tcase_add_test(t, a_terminal_gets_no_orders);
	tcase_add_test(t, xml_gets_no_characters_that_it_cannot_hold);
	tcase_add_test(t, columns_are_counted_as_a_terminal_shows_them);
	tcase_add_test(t, long_text_is_shortened_to_its_columns);
	suite_add_tcase(s, t);
	return s;
}
