/* What is begun first, and how long all of it will take. */
#include <check.h>
#include <string.h>

#include "plan/guess.h"
#include "plan/order.h"
#include "plan/shelf.h"

Suite *planorder_test(void);

static const struct board_unit *const left[] = {&shelf_units[0]}, *const lone[] = {&shelf_units[1]},
				    *const rocks[] = {&shelf_units[0], &shelf_units[2]}, *const machine[] = {&shelf_units[4]};

static struct job job(const char *name, const char *board, const struct board_unit *const *units, size_t count, int repeat,
		      int64_t ms)
{
	return (struct job){.name = name, .board = board, .units = units, .unit_count = count, .unit = units[0], .repeat = repeat,
			    .expected_ms = ms};
}

#define ON_LEFT(NAME, MS) job(NAME, "left", left, 1, 1, MS)
#define ON_LONE(NAME, MS) job(NAME, "lone", lone, 1, 1, MS)
#define ON_ROCKS(NAME, MS) job(NAME, "rock", rocks, 2, 1, MS)
#define ON_QEMU(NAME, REPEAT, MS) job(NAME, "virt", machine, 1, REPEAT, MS)

static struct plan plan_of(const struct job *jobs, size_t count)
{
	struct plan p = {.count = count};

	arena_init(&p.arena);
	p.jobs = arena_alloc(&p.arena, (count + 1) * sizeof *p.jobs);
	memcpy(p.jobs, jobs, count * sizeof *jobs);
	return p;
}

#define PLAN(...) plan_of((const struct job[]){__VA_ARGS__}, sizeof((const struct job[]){__VA_ARGS__}) / sizeof(struct job))

static void expect_order(struct plan *p, const struct session_hints *hints, const char *want)
{
	const char *got = "";

	plan_order(p, hints);
	for (size_t k = 0; k < p->count; k++)
		got = arena_printf(&p->arena, "%s%s%s", got, k ? " " : "", p->jobs[p->order[k]].name);
	ck_assert_str_eq(got, want);
	plan_finish(p);
}

START_TEST(the_longest_first_and_what_is_alike_as_it_stands)
{
	struct plan p = PLAN(ON_QEMU("a.1", 1, 10), ON_QEMU("b.1", 1, 30), ON_QEMU("c.1", 1, 10), ON_QEMU("d.1", 1, 20));

	expect_order(&p, NULL, "b.1 d.1 a.1 c.1");
}
END_TEST

START_TEST(hardware_first_and_the_board_with_most_to_do_before_the_others)
{
	struct plan p = PLAN(ON_QEMU("q.1", 1, 900), ON_LEFT("l1.1", 10), ON_LONE("s1.1", 20), ON_LONE("s2.1", 20),
			     ON_LEFT("l2.1", 25));

	/* lone: 40 and then 20; left: 35 and then 10. */
	expect_order(&p, NULL, "s1.1 l2.1 s2.1 l1.1 q.1");
}
END_TEST

START_TEST(the_units_of_a_pool_share_what_it_has_to_do)
{
	struct plan p = PLAN(ON_LONE("s1.1", 30), ON_ROCKS("r1.1", 20), ON_ROCKS("r2.1", 20));

	/* Of 40 each of the two has 20. */
	expect_order(&p, NULL, "s1.1 r1.1 r2.1");
}
END_TEST

START_TEST(rounds_stay_rounds)
{
	struct plan p = PLAN(ON_QEMU("short.1", 1, 10), ON_QEMU("long.1", 1, 90), ON_QEMU("short.2", 2, 10), ON_QEMU("long.2", 2, 90));

	expect_order(&p, NULL, "long.1 short.1 long.2 short.2");
}
END_TEST

START_TEST(who_failed_of_late_comes_first_but_only_once)
{
	static const struct session_hint items[] = {{"short", 0, 0.1}, {"long", 500, 0}, {"middle", 0, 0.5}, {"unknown", 9, 1}};
	static const struct session_hints hints = {items, 4};
	struct plan p = PLAN(ON_LONE("board.1", 30), ON_QEMU("short.1", 1, 10), ON_QEMU("long.1", 1, 9), ON_QEMU("middle.1", 1, 20),
			     ON_QEMU("short.2", 2, 10), ON_QEMU("long.2", 2, 9), ON_QEMU("middle.2", 2, 20));

	expect_order(&p, &hints, "middle.1 short.1 board.1 long.1 middle.2 short.2 long.2");
}
END_TEST

START_TEST(hints_replace_the_guess_and_the_last_of_a_name_counts)
{
	static const struct session_hint items[] = {{"b.x", 1, 0}, {"a", 70, 2.0}, {"b", 40, 0}, {"b", 50, 0}, {"b.", 1, 0}};
	static const struct session_hints hints = {items, 5};
	struct plan p = PLAN(ON_QEMU("a.1", 1, 5), ON_QEMU("b.1", 1, 5), ON_QEMU("c.1", 1, 5), ON_QEMU("a.2", 2, 5));

	p.jobs[3].skip = "it cannot";
	plan_order(&p, &hints);
	ck_assert_int_eq(p.jobs[0].expected_ms, 70);
	ck_assert(p.jobs[0].failure_rate >= 1 && p.jobs[0].failure_rate <= 1);
	ck_assert_int_eq(p.jobs[1].expected_ms, 50);
	ck_assert_int_eq(p.jobs[2].expected_ms, 5);
	ck_assert_int_eq(p.jobs[3].expected_ms, 5);
	ck_assert_uint_eq(p.order[3], 3); /* what is skipped waits for nobody */
	plan_finish(&p);
}
END_TEST

/* Any plan: each session once; ordering what is in order changes nothing. */
START_TEST(an_order_has_everything_once_and_stays)
{
	static const struct board_unit *const *const boards[] = {left, lone, rocks, machine};
	static const char *const names[] = {"left", "lone", "rock", "virt"};
	unsigned state = 3;

	for (int round = 0; round < 100; round++) {
		struct plan p = {0}, again;
		struct job jobs[40];
		bool seen[40] = {false};

		for (size_t i = 0; i < 40; i++) {
			unsigned n = (state = state * 1103515245u + 12345u) >> 16, b = n % 4;

			jobs[i] = job("s.1", names[b], boards[b], b == 2 ? 2 : 1, 1 + n / 4 % 3, n / 16 % 20);
			jobs[i].failure_rate = n % 7 ? 0 : n % 5 / 5.0;
			jobs[i].skip = n % 11 ? NULL : "no";
		}
		p = plan_of(jobs, 40);
		plan_order(&p, NULL);
		for (size_t k = 0; k < 40; k++) {
			ck_assert(!seen[p.order[k]]);
			seen[p.order[k]] = true;
			jobs[k] = p.jobs[p.order[k]];
		}
		again = plan_of(jobs, 40);
		plan_order(&again, NULL);
		for (size_t k = 0; k < 40; k++)
			ck_assert_uint_eq(again.order[k], k);
		plan_finish(&p);
		plan_finish(&again);
	}
}
END_TEST

START_TEST(no_board_does_two_things_at_once_in_a_forecast)
{
	struct plan p = PLAN(ON_LEFT("a.1", 10), ON_LEFT("b.1", 10), ON_LONE("c.1", 15), ON_QEMU("d.1", 1, 5), ON_QEMU("e.1", 1, 5));
	struct plan pool = PLAN(ON_ROCKS("a.1", 10), ON_ROCKS("b.1", 10), ON_ROCKS("c.1", 10));
	static const bool done[] = {false, true, false, true, true};

	plan_order(&p, NULL);
	ck_assert_int_eq(plan_expected_ms(&p, NULL, (struct plan_room){1, true}), 45);
	ck_assert_int_eq(plan_expected_ms(&p, NULL, (struct plan_room){100, true}), 20); /* left: twice 10 */
	ck_assert_int_eq(plan_expected_ms(&p, done, (struct plan_room){100, true}), 15);
	ck_assert_int_eq(plan_expected_ms(&pool, NULL, (struct plan_room){3, true}), 20); /* two boards for three sessions */
	ck_assert_int_eq(plan_expected_ms(&p, NULL, (struct plan_room){1, false}), 20); /* machines take 10 of the one slot */
	p.jobs[0].skip = "no";
	ck_assert_int_eq(plan_expected_ms(&p, NULL, (struct plan_room){1, true}), 35);
	p.count = 0;
	ck_assert_int_eq(plan_expected_ms(&p, NULL, (struct plan_room){4, true}), 0);
	plan_finish(&p);
	plan_finish(&pool);
}
END_TEST

/* As many milliseconds as the number says, and the jobs behind them are over. */
static int64_t still_ms(void *ctx, size_t i)
{
	const int64_t *to_go = ctx;

	return to_go[i];
}

START_TEST(a_forecast_in_the_middle_of_a_run)
{
	struct plan p = PLAN(ON_LEFT("a.1", 10), ON_LEFT("b.1", 10), ON_QEMU("d.1", 1, 5), ON_QEMU("e.1", 1, 5));
	int64_t to_go[] = {3, 10, 0, 4};

	plan_order(&p, NULL);
	ck_assert_int_eq(plan_left_ms(&p, still_ms, to_go, (struct plan_room){1, true}), 17);
	ck_assert_int_eq(plan_left_ms(&p, still_ms, to_go, (struct plan_room){9, true}), 13);
	to_go[0] = to_go[1] = 0;
	ck_assert_int_eq(plan_left_ms(&p, still_ms, to_go, (struct plan_room){9, true}), 4);
	plan_finish(&p);
}
END_TEST

static int64_t guess(size_t scenario, size_t unit, int64_t times)
{
	struct variable v = {"times", times};

	return plan_guess_ms(&shelf_scenarios[scenario], &shelf_units[unit], (struct variables){&v, 1});
}

START_TEST(a_guess_counts_what_a_scenario_waits_for_and_knows_its_limit)
{
	int64_t boot = guess(0, 4, 1) - 1500;

	ck_assert_int_gt(boot, 0);
	ck_assert_int_eq(guess(1, 4, 3), 4 * boot); /* the first, and three resets */
	ck_assert_int_gt(guess(1, 1, 1), guess(1, 4, 1)); /* hardware is slower */
	ck_assert_int_eq(guess(0, 0, 1) - guess(0, 1, 1), 3000); /* it must stay off for a while */
	ck_assert_int_eq(guess(1, 4, 1000000), 100000); /* its deadline */
}
END_TEST

Suite *planorder_test(void)
{
	Suite *s = suite_create("planorder");
	TCase *t = tcase_create("planorder");

	tcase_add_test(t, the_longest_first_and_what_is_alike_as_it_stands);
	tcase_add_test(t, hardware_first_and_the_board_with_most_to_do_before_the_others);
	tcase_add_test(t, the_units_of_a_pool_share_what_it_has_to_do);
	tcase_add_test(t, rounds_stay_rounds);
	tcase_add_test(t, who_failed_of_late_comes_first_but_only_once);
	tcase_add_test(t, hints_replace_the_guess_and_the_last_of_a_name_counts);
	tcase_add_test(t, an_order_has_everything_once_and_stays);
	tcase_add_test(t, no_board_does_two_things_at_once_in_a_forecast);
	tcase_add_test(t, a_forecast_in_the_middle_of_a_run);
	tcase_add_test(t, a_guess_counts_what_a_scenario_waits_for_and_knows_its_limit);
	suite_add_tcase(s, t);
	return s;
}
