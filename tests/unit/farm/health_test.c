#include "farm/health.h"

#include <fcntl.h>
#include <sys/file.h>

#include "shelf.h"

Suite *health_test(void);

static struct health_record h;

static struct health_record *look(void)
{
	arena_finish(&h.arena);
	ck_assert_int_eq(unit_health_read(UNIT, &h, NULL), 0);
	return &h;
}

static void setup(void)
{
	shelf_setup();
	arena_init(&h.arena);
}

static void teardown(void)
{
	health_finish(&h);
	shelf_teardown();
}

static int note(bool infra)
{
	return unit_health_note(UNIT, infra, infra ? "the console hung up" : NULL, "RUN", 0, NULL);
}

START_TEST(nothing_is_known_of_a_unit_at_first)
{
	ck_assert_int_eq(look()->state, HEALTH_UNKNOWN);
	ck_assert_uint_eq(h.infra_in_a_row, 0);
	ck_assert_ptr_null(h.checked);
	ck_assert(!h.damaged);
}
END_TEST

START_TEST(the_third_in_a_row_sets_it_aside)
{
	ck_assert_int_eq(note(true), 0);
	ck_assert_int_eq(note(true), 0);
	ck_assert_int_eq(look()->state, HEALTH_UNKNOWN);
	ck_assert_uint_eq(h.infra_in_a_row, 2);
	ck_assert_int_eq(note(true), 1);
	ck_assert_int_eq(look()->state, HEALTH_SET_ASIDE);
	ck_assert_str_eq(h.why, "3 sessions in a row ended infra, the last one: the console hung up");
	ck_assert_str_eq(h.by, "RUN");
	ck_assert_ptr_nonnull(h.user);
	ck_assert_uint_eq(strlen(h.since), 24);
	ck_assert_int_eq(note(true), 0); /* it is, already */
	ck_assert_uint_eq(look()->infra_in_a_row, 4);
}
END_TEST

START_TEST(a_session_that_goes_well_ends_the_row_and_returns_nothing)
{
	note(true);
	note(true);
	ck_assert_int_eq(note(false), 0);
	ck_assert_uint_eq(look()->infra_in_a_row, 0);
	note(true);
	note(true);
	ck_assert_int_eq(look()->state, HEALTH_UNKNOWN);
	note(true);
	note(false);
	ck_assert_int_eq(look()->state, HEALTH_SET_ASIDE);
	ck_assert_uint_eq(h.infra_in_a_row, 0);
}
END_TEST

START_TEST(how_many_may_be_said)
{
	ck_assert_int_eq(unit_health_note(UNIT, true, NULL, NULL, 1, NULL), 1);
	ck_assert_str_eq(look()->why, "1 session in a row ended infra");
	ck_assert_ptr_null(h.by);
}
END_TEST

START_TEST(a_check_returns_it)
{
	for (int i = 0; i < 3; i++)
		note(true);
	ck_assert_int_eq(unit_health_set(UNIT, HEALTH_GOOD, NULL, HEALTH_BY_CHECK, NULL), 0);
	ck_assert_int_eq(look()->state, HEALTH_GOOD);
	ck_assert_uint_eq(h.infra_in_a_row, 0);
	ck_assert_str_eq(h.checked, h.since);
	ck_assert_ptr_null(h.why);
	ck_assert_int_eq(unit_health_set(UNIT, HEALTH_SET_ASIDE, "power: the switch lies", HEALTH_BY_CHECK, NULL), 0);
	ck_assert_int_eq(look()->state, HEALTH_SET_ASIDE);
	ck_assert_str_eq(h.why, "power: the switch lies");
}
END_TEST

START_TEST(what_was_set_aside_by_hand_is_returned_by_hand)
{
	ck_assert_int_eq(unit_health_set(UNIT, HEALTH_SET_ASIDE, "new cable on Monday", HEALTH_BY_HAND, NULL), 0);
	ck_assert_int_eq(unit_health_set(UNIT, HEALTH_GOOD, NULL, HEALTH_BY_CHECK, NULL), 1);
	ck_assert_int_eq(look()->state, HEALTH_SET_ASIDE);
	ck_assert_str_eq(h.why, "new cable on Monday");
	ck_assert_ptr_nonnull(h.checked);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(note(true), 0);
	ck_assert_str_eq(look()->why, "new cable on Monday");
	ck_assert_int_eq(unit_health_set(UNIT, HEALTH_UNKNOWN, NULL, HEALTH_BY_HAND, NULL), 0);
	ck_assert_int_eq(look()->state, HEALTH_UNKNOWN);
	ck_assert_uint_eq(h.infra_in_a_row, 0);
}
END_TEST

START_TEST(a_damaged_record_says_nothing_and_is_replaced)
{
	static const char *const damaged[] = {
		"", "{", "[]", "{\"state\": \"set-aside\"}", "{\"state\": \"bad\", \"since\": \"x\", \"infra_in_a_row\": \"1\"}",
		"{\"state\": \"good\", \"since\": \"x\", \"infra_in_a_row\": \"-1\"}",
		"{\"state\": \"good\", \"since\": \"x\", \"infra_in_a_row\": 2}",
		"{\"state\": \"good\", \"since\": \"x\", \"infra_in_a_row\": \"1x\"}"};

	note(true);
	for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
		char *text;

		shelf_put("health", damaged[i]);
		ck_assert_msg(look()->damaged, "%s", damaged[i]);
		ck_assert_int_eq(h.state, HEALTH_UNKNOWN);
		text = health_text(&h);
		ck_assert_str_eq(text, "unknown (its record cannot be read)");
		free(text);
		ck_assert_int_eq(note(true), 0);
		ck_assert(!look()->damaged);
		ck_assert_uint_eq(h.infra_in_a_row, 1);
	}
}
END_TEST

START_TEST(many_writers_lose_no_note)
{
	enum { WRITERS = 8, NOTES = 50 };
	pid_t writers[WRITERS];

	for (int w = 0; w < WRITERS; w++) {
		writers[w] = fork();
		if (writers[w] == 0) {
			int bad = 0;

			for (int i = 0; i < NOTES; i++)
				bad += unit_health_note(UNIT, true, "x", "RUN", WRITERS * NOTES, NULL) < 0;
			_exit(bad != 0);
		}
	}
	for (int w = 0; w < WRITERS; w++) {
		int status;

		ck_assert_int_eq(waitpid(writers[w], &status, 0), writers[w]);
		ck_assert_int_eq(status, 0);
	}
	ck_assert_uint_eq(look()->infra_in_a_row, WRITERS * NOTES);
	ck_assert_int_eq(h.state, HEALTH_SET_ASIDE);
}
END_TEST

START_TEST(what_cannot_be_written_is_an_error)
{
	struct err e;

	note(true);
	ck_assert_int_eq(unlink(shelf_file("health")), 0);
	ck_assert_int_eq(mkdir(shelf_file("health"), 0755), 0);
	ck_assert_int_eq(unit_health_note(UNIT, true, NULL, NULL, 0, &e), -1);
	ck_assert_int_eq(e.kind, ERR_IO);
	ck_assert_int_eq(unit_health_set("a/b", HEALTH_GOOD, NULL, HEALTH_BY_HAND, &e), -1);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	ck_assert_int_eq(unit_health_read("a/b", &h, &e), -1);
	ck_assert_int_eq(h.state, HEALTH_UNKNOWN);
}
END_TEST

START_TEST(a_text_is_one_harmless_line)
{
	char *text;

	unit_health_set(UNIT, HEALTH_SET_ASIDE, "it \033[2J\nsmokes", HEALTH_BY_HAND, NULL);
	text = health_text(look());
	ck_assert_ptr_nonnull(strstr(text, "set aside since 2"));
	ck_assert_ptr_nonnull(strstr(text, " by hand of "));
	ck_assert_ptr_nonnull(strstr(text, ": it \\x1b[2J\\nsmokes"));
	free(text);
	unit_health_set(UNIT, HEALTH_GOOD, NULL, HEALTH_BY_HAND, NULL);
	text = health_text(look());
	ck_assert_ptr_nonnull(strstr(text, "good since 2"));
	free(text);
}
END_TEST

Suite *health_test(void)
{
	Suite *s = suite_create("health");
	TCase *t = tcase_create("health");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, nothing_is_known_of_a_unit_at_first);
	tcase_add_test(t, the_third_in_a_row_sets_it_aside);
	tcase_add_test(t, a_session_that_goes_well_ends_the_row_and_returns_nothing);
	tcase_add_test(t, how_many_may_be_said);
	tcase_add_test(t, a_check_returns_it);
	tcase_add_test(t, what_was_set_aside_by_hand_is_returned_by_hand);
	tcase_add_test(t, a_damaged_record_says_nothing_and_is_replaced);
	tcase_add_test(t, many_writers_lose_no_note);
	tcase_add_test(t, what_cannot_be_written_is_an_error);
	tcase_add_test(t, a_text_is_one_harmless_line);
	suite_add_tcase(s, t);
	return s;
}
