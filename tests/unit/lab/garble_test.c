#include "lab/garble.h"

#include <check.h>
#include <string.h>

Suite *garble_test(void);

/* In pieces of every size: the same bytes suffer. */
static void becomes(enum garble_kind kind, unsigned every, const char *text, const char *want)
{
	for (size_t step = 1; step <= strlen(text); step++) {
		struct garble g = {.kind = kind, .every = every};
		struct buf out;

		buf_init(&out);
		for (size_t at = 0; at < strlen(text); at += step)
			garble_pass(&g, text + at, at + step < strlen(text) ? step : strlen(text) - at, &out);
		ck_assert_str_eq(out.data ? out.data : "", want);
		buf_finish(&out);
	}
}

START_TEST(every_nth_byte_suffers_and_no_other)
{
	becomes(GARBLE_NOT, 0, "abcdefg", "abcdefg");
	becomes(GARBLE_FLIP, 3, "abcdefg", "abbdegg");
	becomes(GARBLE_LOSE, 3, "abcdefg", "abdeg");
	becomes(GARBLE_DOUBLE, 3, "abcdefg", "abccdeffg");
	becomes(GARBLE_LOSE, 1, "abc", "");
	becomes(GARBLE_FLIP, 8, "abcdefg", "abcdefg");
}
END_TEST

Suite *garble_test(void)
{
	Suite *s = suite_create("garble");
	TCase *c = tcase_create("garble");

	tcase_add_test(c, every_nth_byte_suffers_and_no_other);
	suite_add_tcase(s, c);
	return s;
}
