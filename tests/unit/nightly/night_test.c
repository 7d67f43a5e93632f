#include "nightly/night.h"

#include <stdlib.h>

#include "nightly/gate.h"
#include "nightly/nights.h"
#include "nightly/telling.h"

Suite *night_test(void);

static struct arena arena;
static char results[64];

static void begin(void)
{
	arena_init(&arena);
	nights_folder(results);
}

static void end(void)
{
	ck_assert_int_eq(file_remove_tree(results, NULL), 0);
	arena_finish(&arena);
}

static void open_night(struct night *n)
{
	struct err e = {0};

	ck_assert_msg(night_open(n, results, "shelf", &e) == 0, "%s", e.what);
}

START_TEST(a_night_is_read_back_step_by_step)
{
	struct night_state s;
	struct night n;
	struct err e;

	open_night(&n);
	ck_assert_int_eq(night_read(&n, &s, &arena, &e), 0);
	ck_assert_ptr_null(s.begun);
	ck_assert_int_eq(night_began(&n, "shelf.yaml", &e), 0);
	ck_assert_int_eq(night_left_out(&n, "rock-1", "console: nothing came", &e), 0);
	ck_assert_int_eq(night_read(&n, &s, &arena, &e), 0);
	ck_assert(s.begun && !s.gated && !s.ended);
	ck_assert_int_eq(night_gated(&n, &e), 0);
	ck_assert_int_eq(night_job_began(&n, "a", "r1", &e), 0);
	ck_assert_int_eq(night_job_ended(&n, "a", "r1", 1, &e), 0);
	ck_assert_int_eq(night_job_began(&n, "b", "r2", &e), 0);
	night_close(&n);
	open_night(&n);
	ck_assert_int_eq(night_read(&n, &s, &arena, &e), 0);
	ck_assert(s.gated && !s.ended);
	ck_assert_uint_eq(s.left_out_count, 1);
	ck_assert_str_eq(s.left_out[0].text, "console: nothing came");
	ck_assert_uint_eq(s.job_count, 2);
	ck_assert_int_eq(night_find_job(&s, "a")->status, 1);
	ck_assert_int_eq(night_find_job(&s, "b")->status, -1);
	ck_assert_str_eq(night_find_job(&s, "b")->run, "r2");
	ck_assert_ptr_null(night_find_job(&s, "c"));
	ck_assert_int_eq(night_cleared(&n, 0, &e), 0);
	ck_assert_int_eq(night_told(&n, "list", 2, "no room", &e), 0);
	ck_assert_int_eq(night_ended(&n, 1, &e), 0);
	ck_assert_int_eq(night_read(&n, &s, &arena, &e), 0);
	ck_assert(s.ended);
	ck_assert_int_eq(night_began(&n, "shelf.yaml", &e), 0);
	ck_assert_int_eq(night_read(&n, &s, &arena, &e), 0);
	ck_assert(!s.ended && !s.gated);
	ck_assert_uint_eq(s.job_count, 0);
	night_close(&n);
}
END_TEST

START_TEST(two_nights_do_not_overlap)
{
	struct night n, other;
	struct err e;

	open_night(&n);
	ck_assert_int_lt(night_open(&other, results, "shelf", &e), 0);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	night_close(&other);
	ck_assert_int_eq(night_open(&other, results, "another", &e), 0);
	night_close(&other);
	night_close(&n);
	open_night(&n);
	night_close(&n);
}
END_TEST

START_TEST(a_torn_line_is_cut_off)
{
	struct night_state s;
	struct night n;
	struct err e;

	open_night(&n);
	ck_assert_int_eq(night_began(&n, "shelf.yaml", &e), 0);
	ck_assert_int_eq(file_write_all(n.fd, "{\"event\":\"night-en", 18), 0);
	night_close(&n);
	open_night(&n);
	ck_assert_int_eq(night_job_began(&n, "a", "r1", &e), 0);
	ck_assert_int_eq(night_read(&n, &s, &arena, &e), 0);
	ck_assert(s.begun && !s.ended);
	ck_assert_uint_eq(s.job_count, 1);
	night_close(&n);
}
END_TEST

START_TEST(lines_that_say_nothing_are_passed_over)
{
	static const char text[] = "{\"event\":\"night-began\",\"at\":\"x\"}\n{}\n{\"event\":7}\n{\"event\":\"job-began\"}\n"
				   "{\"event\":\"job-ended\",\"job\":\"a\",\"exit_status\":\"one\"}\n{\"event\":\"unit-left-out\",\"unit\":\"u\"}\n"
				   "{\"event\":\"job-ended\",\"job\":\"b\",\"exit_status\":4}\nnothing\n{\"event\":\"night-ended\"}\n";
	struct night_state s;

	night_parse(text, sizeof text - 1, &s, &arena);
	ck_assert_str_eq(s.begun, "x");
	ck_assert_uint_eq(s.job_count, 1);
	ck_assert_ptr_null(s.jobs[0].run);
	ck_assert_uint_eq(s.left_out_count, 0);
	ck_assert(!s.ended);
}
END_TEST

START_TEST(the_gate_takes_what_is_ill_and_nothing_else)
{
	static const char report[] = "{\"units\": [{\"unit\": \"a\", \"health\": \"healthy\"}, {\"unit\": \"b\", \"health\": \"ill\", "
				     "\"ill\": \"console\", \"why\": \"nothing came\"}, {\"unit\": \"c\", \"health\": \"unchecked\"}, "
				     "{\"unit\": \"d\", \"health\": \"ill\", \"ill\": null, \"why\": null}]}";
	static const char *const bad[] = {"", "[]", "{}", "{\"units\": {}}", "{\"units\": [7]}", "{\"units\": [{\"unit\": \"a\"}]}"};
	struct gate g;
	struct err e;

	ck_assert_int_eq(gate_read(&g, report, sizeof report - 1, &arena, &e), 0);
	ck_assert_uint_eq(g.count, 2);
	ck_assert_str_eq(g.ill[0].subject, "b");
	ck_assert_str_eq(g.ill[0].text, "console: nothing came");
	ck_assert_str_eq(g.ill[1].text, "it is ill");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_int_lt(gate_read(&g, bad[i], strlen(bad[i]), &arena, &e), 0);
	ck_assert_int_lt(gate_read(&g, NULL, 0, &arena, &e), 0);
}
END_TEST

START_TEST(troubles_are_news_when_they_come_and_when_they_go)
{
	static const struct trouble now[] = {{"a", "x"}, {"b", "y"}};
	static const char *const same[] = {"b", "a", NULL}, *const other[] = {"b", "c", NULL};

	ck_assert_uint_eq(telling_trouble_news(now, 2, NULL), 2);
	ck_assert_uint_eq(telling_trouble_news(now, 2, same), 0);
	ck_assert_uint_eq(telling_trouble_news(now, 2, other), 2);
	ck_assert_uint_eq(telling_trouble_news(NULL, 0, other), 2);
	ck_assert_uint_eq(telling_trouble_news(NULL, 0, NULL), 0);
}
END_TEST

Suite *night_test(void)
{
	Suite *s = suite_create("night");
	TCase *t = tcase_create("record");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, a_night_is_read_back_step_by_step);
	tcase_add_test(t, two_nights_do_not_overlap);
	tcase_add_test(t, a_torn_line_is_cut_off);
	tcase_add_test(t, lines_that_say_nothing_are_passed_over);
	tcase_add_test(t, the_gate_takes_what_is_ill_and_nothing_else);
	tcase_add_test(t, troubles_are_news_when_they_come_and_when_they_go);
	suite_add_tcase(s, t);
	return s;
}
