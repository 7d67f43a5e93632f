#include <check.h>
#include <string.h>

#include "util/text.h"
#include "util/utf8.h"

Suite *text_test(void);

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
		ck_assert(utf8_valid(b.data, b.len));
		buf_finish(&b);
	}
}
END_TEST

START_TEST(a_terminal_gets_no_orders)
{
	struct buf b;

	buf_init(&b);
	text_add_lines(&b, "\033[2J\a\tx\n\x7f\xc2\x9b \xe2\x80\xae\0", 16);
	ck_assert_str_eq(b.data, "\\x1b[2J\\x07\tx\n\\x7f\\u{9b} \\u{202e}\\x00");
	buf_clear(&b);
	text_add_line(&b, "one\r\ntwo \xff");
	ck_assert_str_eq(b.data, "one\\x0d\\ntwo \\xff");
	buf_finish(&b);
}
END_TEST

START_TEST(lines_may_end_in_lf_or_cr_lf)
{
	struct buf b;

	buf_init(&b);
	text_add_lines(&b, "one\r\ntwo\nover\rwritten\r", 22);
	ck_assert_str_eq(b.data, "one\ntwo\nover\\x0dwritten\\x0d");
	buf_finish(&b);
}
END_TEST

START_TEST(the_first_byte_that_is_no_text_is_found)
{
	static const struct {
		const char *bytes;
		size_t n, at;
	} cases[] = {
		{"", 0, 0}, {"a\tb\r\nc", 6, 6}, {"a\0b", 3, 1}, {"ab\x1b", 3, 2}, {"\x7f", 1, 0},
		{"\xc3\xa9\xc3", 3, 2}, {"\xc3\xa9\xc2\x9b", 4, 4},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_uint_eq(text_bad_byte(cases[i].bytes, cases[i].n), cases[i].at);
}
END_TEST

START_TEST(the_last_lines_begin_after_a_newline)
{
	static const struct {
		const char *text;
		int lines;
		size_t from;
	} cases[] = {
		{"", 3, 0}, {"a\nb\nc\n", 2, 2}, {"a\nb\nc", 2, 2}, {"a\nb", 5, 0}, {"a\n\n", 1, 2}, {"\n", 1, 0},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_uint_eq(text_last_lines(cases[i].text, strlen(cases[i].text), cases[i].lines), cases[i].from);
}
END_TEST

START_TEST(quoted_text_is_one_short_line)
{
	char out[TEXT_QUOTED], text[200];

	ck_assert_str_eq(text_quote(out, "a\nb\xc3\xa9\xff", 6), "\"a\\nb\xc3\xa9\\xff\"");
	ck_assert_str_eq(text_quote(out, "", 0), "\"\"");
	memset(text, 1, sizeof text);
	ck_assert_uint_lt(strlen(text_quote(out, text, sizeof text)), sizeof out);
	ck_assert_ptr_nonnull(strstr(out, "\\x01...\""));
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

	tcase_add_test(t, broken_bytes_and_nuls_are_spelled_out);
	tcase_add_test(t, every_text_becomes_utf8);
	tcase_add_test(t, a_terminal_gets_no_orders);
	tcase_add_test(t, lines_may_end_in_lf_or_cr_lf);
	tcase_add_test(t, the_first_byte_that_is_no_text_is_found);
	tcase_add_test(t, the_last_lines_begin_after_a_newline);
	tcase_add_test(t, quoted_text_is_one_short_line);
	tcase_add_test(t, xml_gets_no_characters_that_it_cannot_hold);
	tcase_add_test(t, long_text_is_shortened_to_its_columns);
	suite_add_tcase(s, t);
	return s;
}
