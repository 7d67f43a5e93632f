#include "util/harmless.h"

#include <check.h>
#include <string.h>

#include "util/utf8.h"

Suite *harmless_test(void);

#define RAW(text) text, sizeof text - 1
static const struct {
	const char *raw;
	size_t n;
	const char *shown;
} cases[] = {
	{RAW("plain\ttext\n"), "plain\ttext\n"},
	{RAW("caf\xc3\xa9 \xe2\x9c\x93 \xf0\x9f\x98\x80"), "caf\xc3\xa9 \xe2\x9c\x93 \xf0\x9f\x98\x80"},
	{RAW("\x1b[2J\x1b[31mred\x1b[0m"), "\\x1b[2J\\x1b[31mred\\x1b[0m"},
	{RAW("\x1b]0;title\a\x1b]52;c;eA==\x1b\\"), "\\x1b]0;title\\x07\\x1b]52;c;eA==\\x1b\\"},
	{RAW("\x1bP$q\"p\x1b\\"), "\\x1bP$q\"p\\x1b\\"},
	{RAW("\x9b""31m\xc2\x9b""31m\xc2\x90"), "\\x9b31m\\u{9b}31m\\u{90}"},      /* C1: raw and as characters */
	{RAW("\xe2\x80\xae" "txt\xe2\x81\xa6\xd8\x9c"), "\\u{202e}txt\\u{2066}\\u{61c}"}, /* direction of writing */
	{RAW("\xe2\x80\xa8"), "\\u{2028}"},
	{RAW("a\0\b\x7f\x05"), "a\\x00\\x08\\x7f\\x05"},                           /* ENQ makes a terminal answer */
	{RAW("\xc0\xaf\xe0\x80\xaf\xed\xa0\x80\xff"), "\\xc0\\xaf\\xe0\\x80\\xaf\\xed\\xa0\\x80\\xff"},
	{RAW("\xe2\x9c" "x\xe2"), "\\xe2\\x9cx\\xe2"},                             /* cut characters */
	{RAW("\xc2\n\xe2\x80\r\n"), "\\xc2\n\\xe2\\x80\n"},
	{RAW("a\r\nb\r\r\nc\n\rd"), "a\nb\nc\nd"},
	{RAW("50%\r60%\r\n\rx\r\ry"), "50%\n60%\nx\ny"},                           /* nothing is written over */
	{RAW("\r"), ""},
};

static void feed(struct buf *out, const char *raw, size_t n, size_t step)
{
	struct harmless h;

	harmless_init(&h);
	for (size_t i = 0; i < n; i += step)
		harmless_feed(&h, out, raw + i, step < n - i ? step : n - i);
	harmless_end(&h, out);
}

START_TEST(a_terminal_has_nothing_to_obey)
{
	for (size_t step = 1; step < 5; step++) {
		struct buf out = {0};

		feed(&out, cases[_i].raw, cases[_i].n, step);
		ck_assert_str_eq(out.data ? out.data : "", cases[_i].shown);
		buf_finish(&out);
	}
}
END_TEST

START_TEST(a_prompt_is_seen_before_its_line_ends)
{
	struct buf out = {0};
	struct harmless h;

	harmless_init(&h);
	harmless_feed(&h, &out, "\r\n=> ", 5);
	ck_assert_str_eq(out.data, "\n=> ");
	harmless_feed(&h, &out, "\xc3", 1); /* of a character the rest may come */
	ck_assert_str_eq(out.data, "\n=> ");
	harmless_feed(&h, &out, "\xa9", 1);
	ck_assert_str_eq(out.data, "\n=> \xc3\xa9");
	buf_finish(&out);
}
END_TEST

START_TEST(whatever_comes_only_printable_text_goes_out)
{
	unsigned seed = 1;

	for (int i = 0; i < 5000; i++) {
		struct buf out = {0};
		char bytes[24];

		for (size_t k = 0; k < sizeof bytes; k++) {
			seed = seed * 1103515245 + 12345;
			bytes[k] = (char)(seed >> 16 | (seed & 1 ? 0xc0 : 0));
		}
		feed(&out, bytes, sizeof bytes, 1 + seed % 7);
		ck_assert(utf8_valid(out.data, out.len));
		for (size_t k = 0; k < out.len; k++)
			ck_assert((unsigned char)out.data[k] >= 0x20 || out.data[k] == '\n' || out.data[k] == '\t');
		buf_finish(&out);
	}
}
END_TEST

Suite *harmless_test(void)
{
	Suite *s = suite_create("harmless");
	TCase *t = tcase_create("harmless");

	tcase_add_loop_test(t, a_terminal_has_nothing_to_obey, 0, sizeof cases / sizeof cases[0]);
	tcase_add_test(t, a_prompt_is_seen_before_its_line_ends);
	tcase_add_test(t, whatever_comes_only_printable_text_goes_out);
	suite_add_tcase(s, t);
	return s;
}
