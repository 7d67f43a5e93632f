/* Shares are disjoint and complete, whatever the plan; one session; what a request means of a plan that exists. */
#include <check.h>
#include <string.h>

#include "plan/select.h"
#include "plan/shelf.h"

Suite *select_test(void);

/* Jobs with nothing but a name and a weight, in a plan of their own. */
static struct plan made(const int64_t *ms, size_t count)
{
	struct plan p = {.count = count};

	arena_init(&p.arena);
	p.jobs = arena_alloc(&p.arena, (count + 1) * sizeof *p.jobs);
	for (size_t i = 0; i < count; i++)
		p.jobs[i] = (struct job){.name = arena_printf(&p.arena, "%zu", i), .expected_ms = ms[i]};
	return p;
}

/* Numbers that look like nothing, and are the same each time. */
static unsigned next(unsigned *state)
{
	*state = *state * 1103515245u + 12345u;
	return *state >> 16;
}

enum { MOST = 60 };

/* Which share has each job; fails when two have it, or none, or when the order is another one. */
static void share_out(const int64_t *ms, size_t count, int shares, int *of)
{
	for (size_t i = 0; i < count; i++)
		of[i] = 0;
	for (int s = 1; s <= shares; s++) {
		struct plan p = made(ms, count);

		plan_share(&p, (struct plan_shard){s, shares});
		for (size_t i = 0; i < p.count; i++) {
			int place = atoi(p.jobs[i].name);

			ck_assert(i == 0 || place > atoi(p.jobs[i - 1].name));
			ck_assert_int_eq(of[place], 0);
			of[place] = s;
		}
		plan_finish(&p);
	}
	for (size_t i = 0; i < count; i++)
		ck_assert_int_ne(of[i], 0);
}

START_TEST(shares_are_disjoint_and_complete_and_always_the_same)
{
	unsigned state = 7;

	for (int round = 0; round < 200; round++) {
		size_t count = next(&state) % (MOST + 1);
		int shares = 1 + (int)(next(&state) % 12), of[MOST], again[MOST];
		int64_t ms[MOST];

		for (size_t i = 0; i < count; i++)
			ms[i] = next(&state) % 5 ? next(&state) % 1000 : 0;
		share_out(ms, count, shares, of);
		share_out(ms, count, shares, again);
		ck_assert(count == 0 || memcmp(of, again, count * sizeof *of) == 0);
	}
}
END_TEST

/* No share can have less to do by more than the longest session. */
START_TEST(shares_take_about_as_long_as_each_other)
{
	unsigned state = 11;

	for (int round = 0; round < 200; round++) {
		size_t count = 1 + next(&state) % MOST;
		int shares = 1 + (int)(next(&state) % 6), of[MOST];
		int64_t ms[MOST], longest = 0, load[8] = {0}, least = INT64_MAX, most = 0;

		for (size_t i = 0; i < count; i++) {
			ms[i] = 1 + next(&state) % 1000;
			longest = ms[i] > longest ? ms[i] : longest;
		}
		share_out(ms, count, shares, of);
		for (size_t i = 0; i < count; i++)
			load[of[i]] += ms[i];
		for (int s = 1; s <= shares; s++) {
			least = load[s] < least ? load[s] : least;
			most = load[s] > most ? load[s] : most;
		}
		ck_assert_int_le(most - least, longest);
	}
}
END_TEST

START_TEST(what_is_skipped_is_shared_too)
{
	static const int64_t ms[6] = {0};
	int of[6];

	share_out(ms, 6, 3, of);
	for (int s = 1; s <= 3; s++) {
		int n = 0;

		for (int i = 0; i < 6; i++)
			n += of[i] == s;
		ck_assert_int_eq(n, 2);
	}
}
END_TEST

START_TEST(a_share_is_two_numbers)
{
	static const char *const wrong[] = {"", "1", "1/", "/2", "0/2", "3/2", "1/0", "-1/2", "1/-2", "1/2/3", "1/2 ", " 1/2", "a/b",
					    "1/10001", "1/99999999999999999999"};
	struct plan_shard s;

	ck_assert_int_eq(plan_shard_read("2/5", &s), 0);
	ck_assert(s.index == 2 && s.count == 5);
	ck_assert_int_eq(plan_shard_read("10000/10000", &s), 0);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		ck_assert_msg(plan_shard_read(wrong[i], &s) == -1, "%s", wrong[i]);
}
END_TEST

START_TEST(a_single_session_is_the_first_that_must_pass)
{
	static const struct {
		struct job jobs[3];
		const char *chosen;
	} rows[] = {
		{{{.name = "a", .want.control = true}, {.name = "b", .skip = "no"}, {.name = "c"}}, "c"},
		{{{.name = "a", .skip = "no"}, {.name = "b", .want.control = true}, {.name = "c", .skip = "no"}}, "b"},
		{{{.name = "a", .skip = "no"}, {.name = "b", .skip = "no"}, {.name = "c", .skip = "no"}}, "a"},
		{{{.name = "a"}, {.name = "b"}, {.name = "c"}}, "a"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct job jobs[3];
		struct plan p = {.jobs = jobs, .count = 3};

		memcpy(jobs, rows[i].jobs, sizeof jobs);
		plan_single(&p);
		ck_assert_uint_eq(p.count, 1);
		ck_assert_str_eq(p.jobs[0].name, rows[i].chosen);
	}
}
END_TEST

static size_t left_by(struct plan_request filter)
{
	struct plan_request all = {.scenarios = LIST("*"), .boards = LIST("*", "rock"), .repeat = 1};
	struct plan p;
	struct err e;
	size_t n;

	ck_assert_int_eq(plan_make(&p, &shelf, &all, &e), 0);
	ck_assert_uint_eq(p.count, 24); /* two scenarios, two variants, five units and a pool */
	ck_assert_msg(plan_filter(&p, &shelf, &filter, &e) == 0, "%s", e.what);
	n = p.count;
	plan_finish(&p);
	return n;
}

START_TEST(a_request_filters_a_plan)
{
	struct plan_request wrong = {.boards = LIST("moon")};
	struct plan p = {0};
	struct err e;

	ck_assert_uint_eq(left_by((struct plan_request){.repeat = 1}), 24);
	ck_assert_uint_eq(left_by((struct plan_request){.scenarios = LIST("boots")}), 12);
	ck_assert_uint_eq(left_by((struct plan_request){.tags = LIST("slow")}), 12);
	ck_assert_uint_eq(left_by((struct plan_request){.variants = LIST("good")}), 12);
	ck_assert_uint_eq(left_by((struct plan_request){.boards = LIST("rock")}), 16);
	ck_assert_uint_eq(left_by((struct plan_request){.boards = LIST("lone")}), 4);
	ck_assert_uint_eq(left_by((struct plan_request){.only_qemu = true}), 4);
	ck_assert_uint_eq(left_by((struct plan_request){.no_controls = true}), 12);
	ck_assert_uint_eq(left_by((struct plan_request){.configs = LIST("release")}), 0);
	ck_assert_int_eq(plan_filter(&p, &shelf, &wrong, &e), -1);
	ck_assert_str_eq(e.what, "no board is called moon");
}
END_TEST

Suite *select_test(void)
{
	Suite *s = suite_create("select");
	TCase *t = tcase_create("select");

	tcase_add_test(t, shares_are_disjoint_and_complete_and_always_the_same);
	tcase_add_test(t, shares_take_about_as_long_as_each_other);
	tcase_add_test(t, what_is_skipped_is_shared_too);
	tcase_add_test(t, a_share_is_two_numbers);
	tcase_add_test(t, a_single_session_is_the_first_that_must_pass);
	tcase_add_test(t, a_request_filters_a_plan);
	suite_add_tcase(s, t);
	return s;
}
