#include "health/stats.h"

#include <check.h>
#include <string.h>

Suite *health_stats_test(void);

static struct stats *s;

static void setup(void)
{
	s = stats_create();
}

static void teardown(void)
{
	stats_destroy(s);
}

struct booted {
	const char *unit, *started;
	enum verdict verdict;
	int64_t prompt_ms, image_ms; /* 0: it did not come to that */
};

static void add(const struct booted *b)
{
	struct session_mark marks[] = {{.mark = "firmware", .boot = 1, .at_ms = 1},
				       {.mark = "u-boot", .boot = 1, .at_ms = b->prompt_ms},
				       {.mark = "handed-over", .boot = 1, .at_ms = b->image_ms - 1},
				       {.mark = "loader", .boot = 1, .at_ms = b->image_ms},
				       {.mark = "u-boot", .boot = 2, .at_ms = 1}};
	struct phase_result phase = {"load", b->image_ms ? PHASE_DONE : PHASE_NOT_REACHED, 0, 0, 0};
	struct session_result r;

	session_result_init(&r);
	r.unit = b->unit;
	r.board = "kind";
	r.started = b->started;
	r.verdict = b->verdict;
	r.why = "the console hung up";
	r.attempts = 1;
	r.boot_us = 5000;
	r.phases = &phase;
	r.phase_count = 1;
	r.marks = marks;
	r.mark_count = b->image_ms ? 5 : b->prompt_ms ? 2 : 1;
	stats_add(s, &r);
	session_result_finish(&r);
}

static const struct unit_stats *only(unsigned last)
{
	size_t count;
	const struct unit_stats *u = stats_units(s, last, &count);

	ck_assert_uint_eq(count, 1);
	return u;
}

START_TEST(nothing_comes_of_nothing)
{
	size_t count = 1;

	stats_units(s, 0, &count);
	ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(boots_and_infra_are_counted_and_times_are_of_the_first_boot)
{
	const struct unit_stats *u;

	add(&(struct booted){"a", "2026-01-01T00:00:03.000Z", VERDICT_INFRA, 900, 0});
	add(&(struct booted){"a", "2026-01-01T00:00:01.000Z", VERDICT_PASS, 700, 3000});
	add(&(struct booted){"a", "2026-01-01T00:00:02.000Z", VERDICT_FAIL, 800, 3500});
	add(&(struct booted){"a", "2026-01-01T00:00:04.000Z", VERDICT_TIMEOUT, 0, 0});
	u = only(0);
	ck_assert_str_eq(u->unit, "a");
	ck_assert_str_eq(u->board, "kind");
	ck_assert_uint_eq(u->sessions, 4);
	ck_assert_uint_eq(u->infra, 1);
	ck_assert_str_eq(u->infra_why, "the console hung up");
	ck_assert_uint_eq(u->powered, 4);
	ck_assert_uint_eq(u->booted, 2);
	ck_assert_uint_eq(u->prompt.count, 3);
	ck_assert_int_eq(u->prompt.median, 800);
	ck_assert_int_eq(u->prompt.p95, 900);
	ck_assert_uint_eq(u->image.count, 2);
	ck_assert_int_eq(u->image.median, 3000);
	ck_assert_int_eq(u->image.p95, 3500);
	ck_assert_str_eq(u->since, "2026-01-01T00:00:01.000Z");
	ck_assert_str_eq(u->until, "2026-01-01T00:00:04.000Z");
}
END_TEST

START_TEST(nearest_rank)
{
	const struct unit_stats *u;

	for (int64_t i = 1; i <= 100; i++)
		add(&(struct booted){"a", "2026-01-01T00:00:01.000Z", VERDICT_PASS, i, 1000 + i});
	u = only(0);
	ck_assert_int_eq(u->prompt.median, 50);
	ck_assert_int_eq(u->prompt.p95, 95);
	ck_assert_int_eq(u->image.p95, 1095);
}
END_TEST

START_TEST(only_the_last_ones_of_each_unit)
{
	size_t count;
	const struct unit_stats *u;

	add(&(struct booted){"b", "2026-01-01T00:00:01.000Z", VERDICT_INFRA, 0, 0});
	add(&(struct booted){"a", "2026-01-01T00:00:01.000Z", VERDICT_INFRA, 0, 0});
	add(&(struct booted){"a", "2026-01-01T00:00:03.000Z", VERDICT_PASS, 7, 9});
	add(&(struct booted){"a", "2026-01-01T00:00:02.000Z", VERDICT_PASS, 5, 6});
	u = stats_units(s, 2, &count);
	ck_assert_uint_eq(count, 2);
	ck_assert_str_eq(u[0].unit, "a");
	ck_assert_uint_eq(u[0].sessions, 2);
	ck_assert_uint_eq(u[0].infra, 0);
	ck_assert_str_eq(u[1].unit, "b");
	ck_assert_uint_eq(u[1].infra, 1);
	u = stats_units(s, 1, &count);
	ck_assert_int_eq(u[0].prompt.median, 7);
}
END_TEST

START_TEST(what_says_nothing_of_a_board_is_passed_over)
{
	struct session_result r;
	size_t count;

	session_result_init(&r);
	r.unit = "a";
	r.verdict = VERDICT_CANCELLED;
	r.attempts = 1;
	stats_add(s, &r);
	r.verdict = VERDICT_SKIPPED;
	stats_add(s, &r);
	r.verdict = VERDICT_FAIL;
	r.attempts = 0; /* the variant did not build */
	stats_add(s, &r);
	r.attempts = 1;
	r.not_run = NOT_RUN_NO_BOARD;
	stats_add(s, &r);
	r.not_run = NULL;
	r.unit = NULL;
	stats_add(s, &r);
	stats_units(s, 0, &count);
	ck_assert_uint_eq(count, 0);
	r.unit = "a";
	stats_add(s, &r); /* the same, of a board */
	ck_assert_uint_eq(only(0)->sessions, 1);
	ck_assert_uint_eq(only(0)->powered, 0); /* it never had power */
	session_result_finish(&r);
}
END_TEST

Suite *health_stats_test(void)
{
	Suite *suite = suite_create("health stats");
	TCase *t = tcase_create("health stats");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, nothing_comes_of_nothing);
	tcase_add_test(t, boots_and_infra_are_counted_and_times_are_of_the_first_boot);
	tcase_add_test(t, nearest_rank);
	tcase_add_test(t, only_the_last_ones_of_each_unit);
	tcase_add_test(t, what_says_nothing_of_a_board_is_passed_over);
	suite_add_tcase(suite, t);
	return suite;
}
