/* Commands that switch, and what they print. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "board/power/order.h"
#include "util/clock.h"

Suite *order_test(void);

static int run(const char *script, struct buf *out, struct err *e)
{
	const char *const argv[] = {"sh", "-c", script, NULL};
	struct switch_wait wait = {.deadline_ms = clock_ms() + 60000};

	buf_init(out);
	*e = (struct err){0};
	return order_here(argv, &wait, out, e);
}

START_TEST(output_of_both_kinds_is_kept)
{
	struct buf out;
	struct err e;

	ck_assert_int_eq(run("echo one; echo two >&2", &out, &e), 0);
	ck_assert_str_eq(out.data, "one\ntwo\n");
	buf_finish(&out);
}
END_TEST

START_TEST(much_output_is_cut)
{
	struct buf out;
	struct err e;

	ck_assert_int_eq(run("head -c 1000000 /dev/zero | tr '\\0' x", &out, &e), 0);
	ck_assert_uint_eq(out.len, ORDER_OUTPUT_MAX);
	buf_finish(&out);
}
END_TEST

START_TEST(a_failure_has_its_last_words)
{
	struct buf out;
	struct err e;

	ck_assert_int_eq(run("echo first; printf 'last \\033[2Jwords \\n\\n'; exit 7", &out, &e), -1);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_str_eq(e.what, "sh exited with status 7: \"last \\x1b[2Jwords\"");
	buf_finish(&out);
	ck_assert_int_eq(run("kill -9 $$", &out, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.what, "killed by signal 9"));
	buf_finish(&out);
}
END_TEST

START_TEST(what_it_leaves_running_holds_nobody)
{
	struct buf out;
	struct err e;

	ck_assert_int_eq(run("echo done; exec 3>&1; sleep 1000 & echo $!", &out, &e), 0);
	ck_assert_int_eq(strncmp(out.data, "done\n", 5), 0);
	/* And it was not ended with the command. */
	{
		char *script = xasprintf("kill %s", out.data + 5);
		struct buf none;

		ck_assert_int_eq(run(script, &none, &e), 0);
		buf_finish(&none);
		free(script);
	}
	buf_finish(&out);
}
END_TEST

static const struct {
	const char *printed, *on, *off;
	enum power_state want;
	const char *says;
} readings[] = {
	{"Chassis Power is on\n", "is on$", "is off$", POWER_ON, NULL},
	{"Chassis Power is off\n", "is on$", "is off$", POWER_OFF, NULL},
	{"A_1=1\nA_2=0\n", "^A_1=1$", "^A_1=0$", POWER_ON, NULL},
	{"A_1=1\nA_2=0\n", "^A_2=1$", "^A_2=0$", POWER_OFF, NULL},
	{"no device\n", "on$", "off$", POWER_UNKNOWN, "says neither on nor off: \"no device\""},
	{"off on\n", "on", "off", POWER_UNKNOWN, "says both on and off"},
	{"", "on", "off", POWER_UNKNOWN, "says neither on nor off"},
};

START_TEST(what_is_printed_says_the_state)
{
	struct text_pattern on = {.regex = readings[_i].on}, off = {.regex = readings[_i].off};
	enum power_state state = POWER_ON;
	struct err e = {0};
	struct buf out;

	buf_init(&out);
	buf_adds(&out, readings[_i].printed);
	ck_assert_int_eq(order_reading(&out, &on, &off, "it", &state, &e), readings[_i].says ? -1 : 0);
	ck_assert_int_eq(state, readings[_i].want);
	if (readings[_i].says)
		ck_assert_msg(strstr(e.what, readings[_i].says), "%s", e.what);
	buf_finish(&out);
}
END_TEST

Suite *order_test(void)
{
	Suite *s = suite_create("order");
	TCase *c = tcase_create("order");

	tcase_add_test(c, output_of_both_kinds_is_kept);
	tcase_add_test(c, much_output_is_cut);
	tcase_add_test(c, a_failure_has_its_last_words);
	tcase_add_test(c, what_it_leaves_running_holds_nobody);
	tcase_add_loop_test(c, what_is_printed_says_the_state, 0, sizeof readings / sizeof readings[0]);
	suite_add_tcase(s, c);
	return s;
}
