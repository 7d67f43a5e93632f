#include "session/shown.h"

#include <check.h>
#include <string.h>

Suite *shown_test(void);

static struct shown shown;
static struct glance *glance;

static void expect(const char *line)
{
	struct glance_seen seen;

	ck_assert(glance_read(glance, &seen));
	ck_assert_str_eq(seen.line, line);
}

static void say(const char *text)
{
	shown_add(&shown, text, strlen(text));
}

START_TEST(the_last_line_with_anything_on_it)
{
	glance = glance_make();
	shown_init(&shown, glance);
	expect("");
	say("one\r\ntwo\r\n");
	expect("two");
	say("\r\n  \r\n\033[0m\r\n");
	expect("two");
	say("  th");
	expect("th"); /* a prompt has no end */
	say("ree");
	expect("three");
	say("\033[1;31mred\033[0m\r");
	expect("threered");
	say("50%\r60%");
	expect("60%");
	glance_drop(glance);
}
END_TEST

START_TEST(a_line_without_end_is_no_harm)
{
	glance = glance_make();
	shown_init(&shown, glance);
	say("begins");
	for (int i = 0; i < 5000; i++)
		say(" and goes on");
	ck_assert_uint_le(shown.len, SHOWN_RAW);
	say("\nanother");
	expect("another");
	glance_drop(glance);
	shown_init(&shown, NULL);
	say("nobody looks");
	ck_assert_uint_eq(shown.len, 0);
}
END_TEST

Suite *shown_test(void)
{
	Suite *s = suite_create("shown");
	TCase *t = tcase_create("shown");

	tcase_add_test(t, the_last_line_with_anything_on_it);
	tcase_add_test(t, a_line_without_end_is_no_harm);
	suite_add_tcase(s, t);
	return s;
}
