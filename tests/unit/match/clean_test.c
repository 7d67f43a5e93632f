#include "match/clean.h"

#include <check.h>
#include <string.h>

Suite *clean_test(void);

static struct cleaner c;
static struct text out;

static void setup(void)
{
	clean_init(&c);
	text_init(&out);
}

static void teardown(void)
{
	text_finish(&out);
}

#define RAW(text) text, sizeof text - 1
static const struct {
	const char *raw;
	size_t n;
	const char *clean;
} cases[] = {
	{RAW("plain"), "plain"},
	{RAW("a\r\nb\r\r\nc"), "a\nb\nc"},
	{RAW("50%\r60%"), "50%\r60%"},
	{RAW("a\0\0b"), "ab"},
	{RAW("\x1b[1;31mred\x1b[0m."), "red."},
	{RAW("\x1b[?25l\x1b[2J\x1b[999;999H\x1b[6n\x1b""7\x1b""8\x1b(B\x1b=x"), "x"},
	{RAW("\x1b]0;title\atext"), "text"},
	{RAW("\x1b]0;title\x1b\\text"), "text"},
	{RAW("\x1bPq#1\x1b\\text"), "text"},
	{RAW("\x1b""FAIL"), "\x1b""FAIL"},             /* a stray ESC hides nothing */
	{RAW("\x1b[12\nFAIL"), "\x1b[12\nFAIL"},       /* nor does a broken sequence */
	{RAW("\x1b]no end\nFAIL"), "\x1b]no end\nFAIL"},
	{RAW("\x1b]0;a\x1b[31mred"), "\x1b]0;ared"},  /* what follows the broken one is looked at afresh */
	{RAW("\x1b\x1b[0mx"), "\x1bx"},
	{RAW("\r\x1b[0m\n"), "\r\n"},
	{RAW("\x9b""31m"), "\x9b""31m"},               /* 0x9b may as well be part of a UTF-8 character */
	{RAW("\x1b[3\0""1mx"), "\x1b[31mx"},
};

START_TEST(escapes_nuls_and_returns_are_left_out_and_all_else_is_kept)
{
	for (size_t step = 1; step < 4; step++) {
		size_t n = cases[_i].n;

		teardown();
		setup();
		for (size_t i = 0; i < n; i += step)
			clean_feed(&c, &out, cases[_i].raw + i, step < n - i ? step : n - i);
		clean_end(&c, &out);
		ck_assert_uint_eq(out.bytes.len, strlen(cases[_i].clean));
		ck_assert(memcmp(out.bytes.data, cases[_i].clean, out.bytes.len) == 0);
		for (size_t i = 0; i < out.bytes.len; i++) /* every byte knows where it came from */
			ck_assert_int_eq(out.bytes.data[i], cases[_i].raw[text_raw(&out, i)]);
	}
}
END_TEST

START_TEST(an_escape_that_never_ends_is_held_up_to_a_bound)
{
	clean_feed(&c, &out, "\x1b]", 2);
	for (size_t i = 2; i < CLEAN_HOLD; i++)
		clean_feed(&c, &out, "x", 1);
	ck_assert_uint_eq(text_end(&out), 0);
	ck_assert_uint_eq(clean_decided(&c), 0);
	clean_feed(&c, &out, "y", 1);
	ck_assert_uint_eq(text_end(&out), CLEAN_HOLD + 1);
	ck_assert_uint_eq(clean_decided(&c), CLEAN_HOLD + 1);
}
END_TEST

START_TEST(forgotten_text_leaves_places_and_memory_right)
{
	for (int i = 0; i < 100000; i++) {
		clean_feed(&c, &out, "ab\r\n", 4);
		text_forget(&out, text_end(&out) > 30 ? text_end(&out) - 30 : 0);
		ck_assert_int_eq(*text_at(&out, text_end(&out) - 1), '\n');
		ck_assert_uint_eq(text_raw(&out, text_end(&out) - 1), (uint64_t)i * 4 + 3);
		if (i > 10)
			ck_assert_uint_eq(text_raw(&out, out.head) % 4, 0);
	}
	ck_assert_uint_lt(out.bytes.room, 1024);
	ck_assert_uint_lt(out.gap_room, 256);
}
END_TEST

Suite *clean_test(void)
{
	Suite *s = suite_create("clean");
	TCase *t = tcase_create("clean");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, escapes_nuls_and_returns_are_left_out_and_all_else_is_kept, 0,
			    sizeof cases / sizeof cases[0]);
	tcase_add_test(t, an_escape_that_never_ends_is_held_up_to_a_bound);
	tcase_add_test(t, forgotten_text_leaves_places_and_memory_right);
	suite_add_tcase(s, t);
	return s;
}
