#include "nightly/retention.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"

Suite *retention_test(void);

enum { DAY = 24 * 60 * 60, NOW = 400 * DAY, RUNS_MAX = 40 };

/* Runs put together by hand; day D is D days before now. */
static struct {
	struct arena arena;
	struct past_run runs[RUNS_MAX];
	size_t count;
} shelf;

static void begin(void)
{
	memset(&shelf, 0, sizeof shelf);
	arena_init(&shelf.arena);
}

static void end(void)
{
	arena_finish(&shelf.arena);
}

static struct past_run *add(const char *name, int days_old)
{
	struct past_run *r = &shelf.runs[shelf.count++];

	*r = (struct past_run){.name = name, .when_s = NOW - (int64_t)days_old * DAY, .size = 100};
	return r;
}

static void came_to(struct past_run *r, const char *session, enum verdict v)
{
	struct outcomes *o = &r->outcomes;

	o->items = arena_grow(&shelf.arena, o->items, &o->room, o->count + 1, sizeof *o->items);
	o->items[o->count++] = (struct outcome){.session = session, .verdict = v};
	outcomes_settle(o);
}

static uint64_t choose(long days, long runs, uint64_t size)
{
	return retention_choose(shelf.runs, shelf.count, &(struct retention){days, runs, size}, NOW);
}

static enum retention_why why(const char *name)
{
	for (size_t i = 0; i < shelf.count; i++)
		if (strcmp(shelf.runs[i].name, name) == 0)
			return shelf.runs[i].why;
	ck_abort_msg("no run %s", name);
}

/* a (today) to e (40 days old), of which nothing is known. */
static void add_five(void)
{
	static const char *const names[] = {"c", "e", "a", "d", "b"};
	static const int days[] = {20, 40, 0, 30, 10};

	for (int i = 0; i < 5; i++)
		add(names[i], days[i]);
}

START_TEST(too_old_ones_go)
{
	add_five();
	ck_assert_uint_eq(choose(25, 0, 0), 300);
	ck_assert_int_eq(why("a"), STAYS_NEWEST);
	ck_assert_int_eq(why("c"), STAYS_WITHIN_LIMITS);
	ck_assert_int_eq(why("d"), GOES_AGE);
	ck_assert_int_eq(why("e"), GOES_AGE);
	choose(30, 0, 0); /* to the second thirty days is not more than thirty days */
	ck_assert_int_eq(why("d"), STAYS_WITHIN_LIMITS);
	ck_assert_int_eq(why("e"), GOES_AGE);
}
END_TEST

START_TEST(too_many_go_the_oldest_first)
{
	add_five();
	ck_assert_uint_eq(choose(0, 2, 0), 200);
	ck_assert_int_eq(why("b"), STAYS_WITHIN_LIMITS);
	ck_assert_int_eq(why("c"), GOES_COUNT);
	ck_assert_int_eq(why("e"), GOES_COUNT);
	ck_assert_uint_eq(choose(0, 5, 0), 500);
	ck_assert_int_eq(why("e"), STAYS_WITHIN_LIMITS);
}
END_TEST

START_TEST(what_takes_too_much_room_goes_the_oldest_first)
{
	add_five();
	ck_assert_uint_eq(choose(0, 0, 350), 300);
	ck_assert_int_eq(why("c"), STAYS_WITHIN_LIMITS);
	ck_assert_int_eq(why("d"), GOES_SIZE);
	ck_assert_int_eq(why("e"), GOES_SIZE);
	ck_assert_uint_eq(choose(0, 0, 500), 500);
	ck_assert_int_eq(why("e"), STAYS_WITHIN_LIMITS);
	ck_assert_uint_eq(choose(0, 0, 1), 100); /* the newest stays whatever it takes */
	ck_assert_int_eq(why("a"), STAYS_NEWEST);
}
END_TEST

START_TEST(limits_work_together)
{
	add_five();
	ck_assert_uint_eq(choose(35, 4, 250), 200);
	ck_assert_int_eq(why("e"), GOES_AGE);
	ck_assert_int_eq(why("d"), GOES_SIZE);
	ck_assert_int_eq(why("c"), GOES_SIZE);
}
END_TEST

START_TEST(without_a_limit_nothing_goes)
{
	add_five();
	ck_assert_uint_eq(choose(0, 0, 0), 500);
	for (size_t i = 0; i < shelf.count; i++)
		ck_assert(!retention_goes(&shelf.runs[i]));
}
END_TEST

START_TEST(the_last_failing_run_of_a_session_stays)
{
	static const enum verdict bad[] = {VERDICT_FAIL, VERDICT_TIMEOUT, VERDICT_VACUOUS, VERDICT_FLAKY};

	came_to(add("now", 0), "s", VERDICT_PASS);
	came_to(add("before", 10), "s", VERDICT_PASS);
	came_to(add("failed", 20), "s", bad[_i]);
	came_to(add("failed-too", 30), "s", bad[_i]);
	choose(5, 1, 1);
	ck_assert_int_eq(why("before"), GOES_AGE);
	ck_assert_int_eq(why("failed"), STAYS_LAST_BAD);
	ck_assert_int_eq(why("failed-too"), GOES_AGE);
}
END_TEST

START_TEST(a_broken_lab_does_not_take_the_place_of_a_failure)
{
	came_to(add("now", 0), "s", VERDICT_PASS);
	came_to(add("lab", 10), "s", VERDICT_INFRA);
	came_to(add("failed", 20), "s", VERDICT_FAIL);
	came_to(add("lab-too", 30), "s", VERDICT_INFRA);
	choose(5, 0, 0);
	ck_assert_int_eq(why("lab"), STAYS_LAST_LAB);
	ck_assert_int_eq(why("failed"), STAYS_LAST_BAD);
	ck_assert_int_eq(why("lab-too"), GOES_AGE);
}
END_TEST

START_TEST(the_last_passing_run_of_a_session_stays)
{
	came_to(add("now", 0), "s", VERDICT_FAIL);
	came_to(add("passed", 10), "s", VERDICT_EXPECTED_FAIL);
	came_to(add("passed-too", 20), "s", VERDICT_PASS);
	choose(5, 1, 1);
	ck_assert_int_eq(why("passed"), STAYS_LAST_GOOD);
	ck_assert_int_eq(why("passed-too"), GOES_AGE);
}
END_TEST

START_TEST(every_session_counts_by_itself)
{
	struct past_run *old = add("old", 30);

	came_to(add("now", 0), "s", VERDICT_FAIL);
	came_to(old, "s", VERDICT_FAIL);
	choose(5, 0, 0);
	ck_assert_int_eq(why("old"), GOES_AGE);
	end();
	begin();
	old = add("old", 30);
	came_to(add("now", 0), "s", VERDICT_FAIL);
	came_to(old, "s", VERDICT_FAIL);
	came_to(old, "gone-from-the-plan", VERDICT_FAIL);
	choose(5, 0, 0);
	ck_assert_int_eq(why("old"), STAYS_LAST_BAD);
}
END_TEST

START_TEST(what_was_skipped_or_cancelled_holds_nothing)
{
	came_to(add("now", 0), "s", VERDICT_PASS);
	came_to(add("skipped", 10), "s", VERDICT_SKIPPED);
	came_to(add("cancelled", 20), "s", VERDICT_CANCELLED);
	choose(5, 0, 0);
	ck_assert_int_eq(why("skipped"), GOES_AGE);
	ck_assert_int_eq(why("cancelled"), GOES_AGE);
}
END_TEST

START_TEST(state_holds_a_run_whatever_the_limits)
{
	add("now", 0);
	add("latest", 10)->latest = true;
	add("going-on", 20)->going_on = true;
	add("pinned", 30)->pinned = "for the paper";
	add("unreadable", 40)->unreadable = true;
	add("other", 50);
	ck_assert_uint_eq(choose(5, 1, 1), 500);
	ck_assert_int_eq(why("latest"), STAYS_LATEST);
	ck_assert_int_eq(why("going-on"), STAYS_GOING_ON);
	ck_assert_int_eq(why("pinned"), STAYS_PINNED);
	ck_assert_int_eq(why("unreadable"), STAYS_UNREADABLE);
	ck_assert_int_eq(why("other"), GOES_AGE);
}
END_TEST

static void expect_words(const struct past_run *r, const char *words)
{
	struct buf out;

	buf_init(&out);
	retention_explain(&out, r, &(struct retention){.days = 30, .runs = 1, .size = 7});
	ck_assert_str_eq(out.data, words);
	buf_finish(&out);
}

START_TEST(reasons_are_told_in_words)
{
	struct past_run r = {.why = STAYS_LAST_BAD, .session = "s.v.u.c"};

	expect_words(&r, "the last in which s.v.u.c failed");
	r.others = 2;
	expect_words(&r, "the last in which s.v.u.c failed, and 2 more");
	r.why = GOES_AGE;
	expect_words(&r, "older than 30 days");
	r.why = GOES_COUNT;
	expect_words(&r, "1 newer one is there");
	r = (struct past_run){.why = STAYS_PINNED, .pinned = ""};
	expect_words(&r, "pinned: nobody said why");
	for (int w = STAYS_WITHIN_LIMITS; w <= GOES_SIZE; w++) {
		struct buf out;

		buf_init(&out);
		r = (struct past_run){.why = (enum retention_why)w, .session = "s", .pinned = "x"};
		retention_explain(&out, &r, &(struct retention){1, 1, 1});
		ck_assert_uint_gt(out.len, 0);
		buf_finish(&out);
	}
}
END_TEST

Suite *retention_test(void)
{
	Suite *s = suite_create("retention");
	TCase *t = tcase_create("choice");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, too_old_ones_go);
	tcase_add_test(t, too_many_go_the_oldest_first);
	tcase_add_test(t, what_takes_too_much_room_goes_the_oldest_first);
	tcase_add_test(t, limits_work_together);
	tcase_add_test(t, without_a_limit_nothing_goes);
	tcase_add_loop_test(t, the_last_failing_run_of_a_session_stays, 0, 4);
	tcase_add_test(t, a_broken_lab_does_not_take_the_place_of_a_failure);
	tcase_add_test(t, the_last_passing_run_of_a_session_stays);
	tcase_add_test(t, every_session_counts_by_itself);
	tcase_add_test(t, what_was_skipped_or_cancelled_holds_nothing);
	tcase_add_test(t, state_holds_a_run_whatever_the_limits);
	tcase_add_test(t, reasons_are_told_in_words);
	suite_add_tcase(s, t);
	return s;
}
