#include "farmruns.h"
#include "history/flaky.h"
#include "history/regressions.h"
#include "history/trend.h"
#include "history/worse.h"

Suite *regressions_test(void);

static struct farmruns f;
static struct history *h;
static struct regressions r;

static void setup(void)
{
	farmruns_setup(&f);
	h = farmruns_open(&f, true);
	memset(&r, 0, sizeof r);
}

static void teardown(void)
{
	regressions_finish(&r);
	history_close(h);
	farmruns_teardown(&f);
}

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static void run_of(const char *run, int day, const struct told *told, size_t count)
{
	import_run(h, told_run(&f, run, day, told, count), NULL);
}

static void compare(const char *run, const char *since)
{
	struct err e = {0};

	ck_assert_msg(regressions_find(h, run, since, &r, &e) == 0, "%s", e.what);
}

/* "CHANGE SCENARIO" of every change, in order. */
static void expect_changes(const char *const *changes)
{
	size_t n = 0;

	for (; changes[n]; n++) {
		char said[128];

		ck_assert_uint_lt(n, r.count);
		snprintf(said, sizeof said, "%s %.*s", session_change_name(r.items[n].change),
			 (int)strcspn(r.items[n].session, "."), r.items[n].session);
		ck_assert_str_eq(said, changes[n]);
	}
	ck_assert_uint_eq(r.count, n);
}

START_TEST(what_has_changed_is_told)
{
	const struct told before[] = {{.scenario = "a"}, {.scenario = "b"}, {.scenario = "c"}, {.scenario = "d", .verdict = VERDICT_FAIL}, {.scenario = "e"}, {.scenario = "f"}, {.scenario = "g"},
				      {.scenario = "h", .verdict = VERDICT_FAIL, .why = "as ever"}};
	const struct told now[] = {{.scenario = "a", .verdict = VERDICT_FAIL, .cause = CAUSE_KERNEL_FAULT, .why = "boom"},
				   {.scenario = "b", .verdict = VERDICT_VACUOUS}, {.scenario = "c", .verdict = VERDICT_FLAKY}, {.scenario = "d"},
				   {.scenario = "e", .verdict = VERDICT_INFRA, .why = "no power"}, {.scenario = "g"},
				   {.scenario = "h", .verdict = VERDICT_FAIL, .why = "as ever"}};

	run_of("r1", 1, before, COUNT(before));
	run_of("r2", 2, now, COUNT(now));
	compare(NULL, NULL);
	ck_assert_str_eq(r.now.run, "r2");
	ck_assert_str_eq(r.before.run, "r1");
	expect_changes((const char *const[]){"newly-failing a", "newly-vacuous b", "newly-flaky c", "newly-passing d",
					     "missing e", "missing f", NULL});
	ck_assert_str_eq(r.items[0].why, "boom");
	ck_assert_str_eq(r.items[0].now.cause, "kernel-fault");
	ck_assert_str_eq(r.items[4].why, "no power");
	ck_assert_uint_eq(r.still_bad, 1);
	ck_assert_uint_eq(r.common, 6);
	ck_assert(regressions_any(&r));
}
END_TEST

START_TEST(nothing_has_changed)
{
	const struct told same[] = {{.scenario = "a"}, {.scenario = "b", .verdict = VERDICT_FAIL}, {.scenario = "c", .verdict = VERDICT_INFRA}};

	run_of("r1", 1, same, COUNT(same));
	run_of("r2", 2, same, COUNT(same));
	compare("r2", "r1");
	ck_assert_uint_eq(r.count, 0);
	ck_assert(!regressions_any(&r));
}
END_TEST

START_TEST(passing_again_is_no_regression)
{
	const struct told bad[] = {{.scenario = "a", .verdict = VERDICT_TIMEOUT}}, good[] = {{.scenario = "a"}};

	run_of("r1", 1, bad, 1);
	run_of("r2", 2, good, 1);
	compare(NULL, NULL);
	expect_changes((const char *const[]){"newly-passing a", NULL});
	ck_assert(!regressions_any(&r));
}
END_TEST

/* Where the lab was ill, the result before that counts. */
START_TEST(a_session_without_a_result_before_is_looked_up_further_back)
{
	const struct told good[] = {{.scenario = "a"}, {.scenario = "b"}}, ill[] = {{.scenario = "a", .verdict = VERDICT_INFRA}, {.scenario = "b"}};
	const struct told bad[] = {{.scenario = "a", .verdict = VERDICT_FAIL}, {.scenario = "b"}};

	run_of("r1", 1, good, 2);
	run_of("r2", 2, ill, 2);
	run_of("r3", 3, bad, 2);
	compare(NULL, NULL);
	ck_assert_str_eq(r.before.run, "r2");
	expect_changes((const char *const[]){"newly-failing a", NULL});
	ck_assert_str_eq(r.items[0].before_run, "r1");
}
END_TEST

START_TEST(a_new_session_that_fails_is_told)
{
	const struct told before[] = {{.scenario = "a"}}, now[] = {{.scenario = "a"}, {.scenario = "b", .verdict = VERDICT_FAIL}};

	run_of("r1", 1, before, 1);
	run_of("r2", 2, now, 2);
	compare(NULL, NULL);
	expect_changes((const char *const[]){"newly-failing b", NULL});
	ck_assert_str_eq(r.items[0].before_run, "");
}
END_TEST

/* A bring-up of one session in between is not what a nightly run is compared with. */
START_TEST(a_run_that_is_like_it_is_chosen)
{
	const struct told night[] = {{.scenario = "a"}, {.scenario = "b"}, {.scenario = "c"}}, single[] = {{.scenario = "a"}};

	run_of("r1", 1, night, 3);
	run_of("r2", 2, single, 1);
	run_of("r3", 3, night, 3);
	compare(NULL, NULL);
	ck_assert_str_eq(r.before.run, "r1");
	regressions_finish(&r);
	compare("r2", NULL); /* nothing is like it: the nearest */
	ck_assert_str_eq(r.before.run, "r1");
}
END_TEST

START_TEST(imported_late_an_old_run_is_still_old)
{
	const struct told good[] = {{.scenario = "a"}}, bad[] = {{.scenario = "a", .verdict = VERDICT_FAIL}};

	run_of("r2", 2, bad, 1);
	run_of("r1", 1, good, 1);
	compare(NULL, NULL);
	ck_assert_str_eq(r.now.run, "r2");
	expect_changes((const char *const[]){"newly-failing a", NULL});
}
END_TEST

START_TEST(another_image_and_other_parameters_are_said)
{
	const struct told before[] = {{.scenario = "a", .parameter = 7}, {.scenario = "b"}};
	const struct told now[] = {{.scenario = "a", .parameter = 9, .verdict = VERDICT_FAIL, .image = "bb"},
				   {.scenario = "b", .verdict = VERDICT_FAIL}};

	run_of("r1", 1, before, 2);
	run_of("r2", 2, now, 2);
	compare(NULL, NULL);
	ck_assert(r.items[0].other_image);
	ck_assert_str_eq(r.items[0].parameters, "n=7 before, n=9 now");
	ck_assert(!r.items[1].other_image);
	ck_assert_str_eq(r.items[1].parameters, "");
}
END_TEST

static void refuse(const char *run, const char *since, const char *what)
{
	struct err e = {0};

	ck_assert_int_lt(regressions_find(h, run, since, &r, &e), 0);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	ck_assert_msg(strstr(e.what, what), "%s", e.what);
	regressions_finish(&r);
}

START_TEST(what_cannot_be_compared_is_refused)
{
	const struct told a[] = {{.scenario = "a"}}, b[] = {{.scenario = "b"}};

	refuse(NULL, NULL, "no run in the history");
	run_of("r1", 1, a, 1);
	refuse(NULL, NULL, "nothing to compare");
	refuse("r7", NULL, "no run called r7");
	refuse("r1", "r1", "not among");
	run_of("r2", 2, b, 1);
	refuse(NULL, NULL, "nothing to compare");
	refuse("r1", "r2", "not among");
}
END_TEST

/* ---- boot times ---- */

enum { REPEATS = 8 };

/* Every scenario with 8 repeats, whose boots take about `us`, more or less by a hash of what it is. */
static void timed_run(const char *run, int day, const char *const *scenarios, const int64_t *us)
{
	struct told told[REPEATS * 8];
	size_t n = 0;

	for (size_t s = 0; scenarios[s]; s++)
		for (int repeat = 1; repeat <= REPEATS; repeat++) {
			int64_t noise = (day * 7919 + repeat * 104729 + (int64_t)s * 1299709) % 1000 - 500; /* +- 5 % of 10 ms */

			told[n++] = (struct told){.scenario = scenarios[s], .repeat = repeat, .boot_us = us[s] + noise};
		}
	run_of(run, day, told, n);
}

static const char *const three[] = {"a", "b", "c", NULL};

START_TEST(a_boot_that_takes_longer_is_found)
{
	static const int64_t usual[] = {10000, 20000, 30000}, slow[] = {10000, 26000, 30000};

	for (int day = 1; day <= 3; day++)
		timed_run(arena_printf(&f.arena, "r%d", day), day, three, usual);
	timed_run("r4", 4, three, slow);
	compare(NULL, NULL);
	expect_changes((const char *const[]){"slower b", NULL});
	ck_assert_uint_eq(r.items[0].slow.before, 3 * REPEATS);
	ck_assert_uint_eq(r.items[0].slow.now, REPEATS);
	ck_assert_double_gt(r.items[0].slow.shift.low, 0.25);
	ck_assert_double_lt(r.items[0].slow.shift.high, 0.35);
	ck_assert_double_lt(r.items[0].slow.p, 0.001);
	ck_assert_str_eq(r.items[0].slow.mark, "init-up");
	ck_assert_uint_eq(r.tested, 3);
	ck_assert(regressions_any(&r));
}
END_TEST

START_TEST(a_boot_that_takes_as_long_is_not)
{
	static const int64_t usual[] = {10000, 20000, 30000};

	for (int day = 1; day <= 4; day++)
		timed_run(arena_printf(&f.arena, "r%d", day), day, three, usual);
	compare(NULL, NULL);
	ck_assert_uint_eq(r.count, 0);
	ck_assert_uint_eq(r.tested, 3);
	ck_assert(!regressions_any(&r));
}
END_TEST

/* 8 % is significant here, and not worth anybody's morning. */
START_TEST(a_little_longer_is_none_of_it)
{
	static const int64_t usual[] = {10000, 20000, 90000}, little[] = {10000, 20000, 97200};

	for (int day = 1; day <= 3; day++)
		timed_run(arena_printf(&f.arena, "r%d", day), day, three, usual);
	timed_run("r4", 4, three, little);
	compare(NULL, NULL);
	ck_assert_uint_eq(r.count, 0);
}
END_TEST

START_TEST(one_result_is_too_few_and_says_so)
{
	const struct told once[] = {{.scenario = "a", .boot_us = 10000}}, slow[] = {{.scenario = "a", .boot_us = 50000}};

	for (int day = 1; day <= 4; day++)
		run_of(arena_printf(&f.arena, "r%d", day), day, once, 1);
	run_of("r5", 5, slow, 1);
	compare(NULL, NULL);
	ck_assert_uint_eq(r.count, 0);
	ck_assert_uint_eq(r.tested, 0);
	ck_assert_uint_eq(r.too_few, 1);
	ck_assert(!r.overall.slower);
}
END_TEST

/* Of every session there is one result only; but all of them take longer. */
START_TEST(slower_as_a_whole)
{
	struct told told[20];

	for (int day = 1; day <= 5; day++) {
		for (size_t i = 0; i < COUNT(told); i++)
			told[i] = (struct told){.scenario = arena_printf(&f.arena, "s%02zu", i),
						.boot_us = (day == 5 ? 13000 : 10000) + (int64_t)i * 10 + day};
		run_of(arena_printf(&f.arena, "r%d", day), day, told, COUNT(told));
	}
	compare("r4", NULL);
	ck_assert(!r.overall.slower);
	regressions_finish(&r);
	compare("r5", NULL);
	ck_assert_uint_eq(r.overall.sessions, COUNT(told));
	ck_assert(r.overall.slower);
	ck_assert_double_gt(r.overall.ratio, 1.25);
	ck_assert(regressions_any(&r));
}
END_TEST

START_TEST(other_parameters_are_not_compared)
{
	struct told told[8];

	for (int day = 1; day <= 4; day++) {
		for (int i = 0; i < 8; i++)
			told[i] = (struct told){.scenario = "a", .repeat = i + 1, .parameter = day == 4 ? 2 : 1,
						.boot_us = (day == 4 ? 90000 : 10000) + i};
		run_of(arena_printf(&f.arena, "r%d", day), day, told, 8);
	}
	compare(NULL, NULL);
	ck_assert_uint_eq(r.count, 0);
	ck_assert_uint_eq(r.tested, 0);
}
END_TEST

/* ---- flaky ---- */

START_TEST(one_way_and_another_on_the_same_image_is_flaky)
{
	const struct told first[] = {{.scenario = "a"}, {.scenario = "b"}, {.scenario = "c", .verdict = VERDICT_FLAKY}, {.scenario = "d"},
				     {.scenario = "e", .parameter = 1}, {.scenario = "f"}};
	const struct told second[] = {{.scenario = "a", .verdict = VERDICT_FAIL}, {.scenario = "b", .verdict = VERDICT_FAIL, .image = "bb"},
				      {.scenario = "c"}, {.scenario = "d"}, {.scenario = "e", .parameter = 2, .verdict = VERDICT_FAIL},
				      {.scenario = "f", .verdict = VERDICT_INFRA}};
	struct flaky_list l;
	struct err e = {0};

	run_of("r1", 1, first, COUNT(first));
	run_of("r2", 2, second, COUNT(second));
	ck_assert_msg(flaky_find(h, NULL, &l, &e) == 0, "%s", e.what);
	ck_assert_uint_eq(l.count, 2);
	ck_assert_uint_eq(l.sessions, 6);
	ck_assert_uint_eq(l.results, 11);
	ck_assert_str_eq(l.items[0].session, "a.patched.qemu_a.debug");
	ck_assert_int_eq(l.items[0].good, 1);
	ck_assert_int_eq(l.items[0].bad, 1);
	ck_assert_str_eq(l.items[0].last_run, "r2");
	ck_assert_double_eq(l.items[0].rate.mid, 0.5);
	ck_assert_str_eq(l.items[1].session, "c.patched.qemu_a.debug");
	ck_assert_int_eq(l.items[1].retried, 1);
	ck_assert_str_eq(l.items[1].last_run, "r1");
	flaky_finish(&l);
	ck_assert_msg(flaky_find(h, "r2", &l, &e) == 0, "%s", e.what);
	ck_assert_uint_eq(l.count, 0);
	flaky_finish(&l);
}
END_TEST

/* ---- worse ---- */

static void find_worse(struct worse_list *l)
{
	struct err e = {0};

	ck_assert_msg(worse_find(h, l, &e) == 0, "%s", e.what);
}

START_TEST(who_got_worse_is_told_with_the_last_good_run_and_the_first_bad_one)
{
	const struct told good[] = {{.scenario = "a"}, {.scenario = "a", .repeat = 2}, {.scenario = "b"}};
	const struct told bad[] = {{.scenario = "a"}, {.scenario = "a", .repeat = 2, .verdict = VERDICT_FAIL, .image = "bb"}, {.scenario = "b"}};
	const struct told ill[] = {{.scenario = "a", .verdict = VERDICT_INFRA}};
	const struct told now[] = {{.scenario = "a", .verdict = VERDICT_TIMEOUT, .cause = CAUSE_KERNEL_FAULT, .why = "nothing came"},
				   {.scenario = "a", .repeat = 2}, {.scenario = "b", .verdict = VERDICT_VACUOUS}};
	const struct worse_session *w;
	struct worse_list l;

	run_of("r1", 1, bad, COUNT(bad)); /* before the last good run: of no account */
	run_of("r2", 2, good, COUNT(good));
	run_of("r3", 3, bad, COUNT(bad));
	run_of("r4", 4, ill, COUNT(ill)); /* says nothing of the software */
	run_of("r5", 5, now, COUNT(now));
	run_of("r6", 6, ill, COUNT(ill));
	find_worse(&l);
	ck_assert_uint_eq(l.count, 2);
	ck_assert_uint_eq(l.sessions, 2);
	ck_assert_uint_eq(l.never_good, 0);
	w = &l.items[0]; /* the newest change */
	ck_assert_str_eq(w->session, "b.patched.qemu_a.debug");
	ck_assert_str_eq(w->since.run, "r5");
	ck_assert_str_eq(w->good.run, "r3");
	ck_assert_int_eq(w->verdict, VERDICT_VACUOUS);
	ck_assert(!w->other_image);
	w = &l.items[1];
	ck_assert_str_eq(w->session, "a.patched.qemu_a.debug");
	ck_assert_str_eq(w->good.run, "r2");
	ck_assert_str_eq(w->since.run, "r3");
	ck_assert_int_eq(w->since_repeat, 2);
	ck_assert_str_eq(w->now.run, "r5");
	ck_assert_int_eq(w->repeat, 1);
	ck_assert_int_eq(w->runs, 2);
	ck_assert_int_eq(w->verdict, VERDICT_TIMEOUT);
	ck_assert_int_eq(w->cause, CAUSE_KERNEL_FAULT);
	ck_assert_str_eq(w->why, "nothing came");
	ck_assert(w->other_image);
	worse_finish(&l);
}
END_TEST

START_TEST(who_was_always_bad_or_is_good_again_did_not_get_worse)
{
	const struct told first[] = {{.scenario = "bad", .verdict = VERDICT_FAIL}, {.scenario = "mended"}, {.scenario = "good"},
				     {.scenario = "control", .verdict = VERDICT_EXPECTED_FAIL, .control = true}};
	const struct told second[] = {{.scenario = "bad", .verdict = VERDICT_TIMEOUT}, {.scenario = "mended", .verdict = VERDICT_FAIL},
				      {.scenario = "good", .verdict = VERDICT_SKIPPED}, {.scenario = "control", .verdict = VERDICT_EXPECTED_FAIL, .control = true}};
	const struct told third[] = {{.scenario = "bad", .verdict = VERDICT_FAIL}, {.scenario = "mended"}};
	struct worse_list l;

	find_worse(&l); /* no run at all */
	ck_assert_uint_eq(l.count, 0);
	ck_assert_ptr_null(l.to.run);
	worse_finish(&l);
	run_of("r1", 1, first, COUNT(first));
	run_of("r2", 2, second, COUNT(second));
	find_worse(&l);
	ck_assert_uint_eq(l.count, 1); /* as long as it is not mended, it is among them */
	worse_finish(&l);
	run_of("r3", 3, third, COUNT(third));
	find_worse(&l);
	ck_assert_uint_eq(l.count, 0);
	ck_assert_uint_eq(l.sessions, 4);
	ck_assert_uint_eq(l.never_good, 1);
	ck_assert_uint_eq(l.runs, 3);
	worse_finish(&l);
}
END_TEST

/* ---- over time ---- */

START_TEST(a_scenario_over_time)
{
	const struct told first[] = {{.scenario = "a", .boot_us = 10000}, {.scenario = "boots"}};
	const struct told second[] = {{.scenario = "a", .boot_us = 12000}, {.scenario = "a", .repeat = 2, .verdict = VERDICT_FAIL}};
	struct trend_request q = {.scenario = "a", .limit = 5};
	struct trend t;
	struct err e = {0};

	run_of("r2", 2, second, 2);
	run_of("r1", 1, first, 2);
	ck_assert_msg(trend_find(h, &q, &t, &e) == 0, "%s", e.what);
	ck_assert_uint_eq(t.count, 2);
	ck_assert_uint_eq(t.sessions, 1);
	ck_assert_str_eq(t.rows[0].run.run, "r1");
	ck_assert_int_eq(t.rows[0].count[VERDICT_PASS], 1);
	ck_assert_double_eq(t.rows[0].ratio, 0);
	ck_assert_int_eq(t.rows[1].count[VERDICT_PASS], 1);
	ck_assert_int_eq(t.rows[1].count[VERDICT_FAIL], 1);
	ck_assert_double_eq_tol(t.rows[1].boot_us, 12000, 1e-9);
	ck_assert_double_eq_tol(t.rows[1].ratio, 1.2, 1e-9);
	trend_finish(&t);
	q.board = "qemu_b*";
	ck_assert_int_eq(trend_find(h, &q, &t, &e), 0);
	ck_assert_uint_eq(t.count, 0);
	trend_finish(&t);
	q.scenario = "botos";
	ck_assert_int_eq(trend_find(h, &q, &t, &e), 0);
	ck_assert_str_eq(t.near, "boots");
	trend_finish(&t);
}
END_TEST

Suite *regressions_test(void)
{
	Suite *s = suite_create("regressions");
	TCase *t = tcase_create("regressions");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, what_has_changed_is_told);
	tcase_add_test(t, nothing_has_changed);
	tcase_add_test(t, passing_again_is_no_regression);
	tcase_add_test(t, a_session_without_a_result_before_is_looked_up_further_back);
	tcase_add_test(t, a_new_session_that_fails_is_told);
	tcase_add_test(t, a_run_that_is_like_it_is_chosen);
	tcase_add_test(t, imported_late_an_old_run_is_still_old);
	tcase_add_test(t, another_image_and_other_parameters_are_said);
	tcase_add_test(t, what_cannot_be_compared_is_refused);
	tcase_add_test(t, a_boot_that_takes_longer_is_found);
	tcase_add_test(t, a_boot_that_takes_as_long_is_not);
	tcase_add_test(t, a_little_longer_is_none_of_it);
	tcase_add_test(t, one_result_is_too_few_and_says_so);
	tcase_add_test(t, slower_as_a_whole);
	tcase_add_test(t, other_parameters_are_not_compared);
	tcase_add_test(t, one_way_and_another_on_the_same_image_is_flaky);
	tcase_add_test(t, who_got_worse_is_told_with_the_last_good_run_and_the_first_bad_one);
	tcase_add_test(t, who_was_always_bad_or_is_good_again_did_not_get_worse);
	tcase_add_test(t, a_scenario_over_time);
	suite_add_tcase(s, t);
	return s;
}
