#include "witness/looks.h"

#include <check.h>
#include <stdlib.h>

Suite *looks_test(void);

static const struct region region = {.owner = REGION_PD, .name = "hello-0", .pd = "hello", .access = ACCESS_EXECUTE};
static struct looks looks;

static void tear_down(void)
{
	looks_finish(&looks);
}

/* A look at one region with so many pages at fault. */
static void add(const char *moment, enum witness_demand demand, unsigned bad)
{
	struct look l = {.moment = moment, .demand = demand, .at_ms = (int64_t)looks.total};

	l.regions = calloc(1, sizeof *l.regions);
	l.regions[0] = (struct region_pages){.region = &region, .judged = true, .count = {[PAGE_INTACT] = 1, [PAGE_STALE] = bad}};
	l.region_count = 1;
	ck_assert_uint_eq(looks_add(&looks, &l)->at_ms, (int64_t)looks.total - 1);
}

START_TEST(ten_thousand_looks_are_counted_and_a_few_kept)
{
	add("up", DEMAND_INTACT, 0);
	for (int i = 0; i < 10000; i++) {
		add("restarting", DEMAND_REPORT, 3);
		add("restarted", DEMAND_FRESH, 0);
	}
	ck_assert_uint_eq(looks.total, 20001);
	ck_assert_uint_eq(looks.count, 1 + 2 * (LOOKS_FIRST + LOOKS_LAST));
	ck_assert_uint_eq(looks.moment_count, 3);
	ck_assert_uint_eq(looks.moments[1].looks, 10000);
	ck_assert_uint_eq(looks.moments[1].broken, 0); /* nothing was demanded */
	ck_assert_uint_eq(looks.items[1].number, 1);
	ck_assert_uint_eq(looks.items[looks.count - 1].number, 10000);
	ck_assert_uint_eq(looks.items[looks.count - 2].number, 10000);
	for (size_t i = 1; i < looks.count; i++)
		ck_assert_int_lt(looks.items[i - 1].at_ms, looks.items[i].at_ms);
}
END_TEST

START_TEST(a_bad_one_in_the_middle_is_kept_up_to_a_bound)
{
	for (unsigned i = 1; i <= 1000; i++)
		add("restarted", DEMAND_FRESH, i == 500 ? 9 : i > 800 && i < 900 ? 2 : 0);
	ck_assert_uint_eq(looks.moments[0].broken, 100);
	ck_assert_uint_eq(looks.moments[0].worst, 500);
	ck_assert_uint_eq(looks.moments[0].worst_pages, 9);
	ck_assert_uint_eq(looks.count, LOOKS_FIRST + LOOKS_BAD + LOOKS_LAST);
	ck_assert_uint_eq(looks.items[LOOKS_FIRST].number, 500);
	ck_assert_uint_eq(looks.items[LOOKS_FIRST + 1].number, 801);
}
END_TEST

Suite *looks_test(void)
{
	Suite *s = suite_create("looks");
	TCase *t = tcase_create("looks");

	tcase_add_checked_fixture(t, NULL, tear_down);
	tcase_add_test(t, ten_thousand_looks_are_counted_and_a_few_kept);
	tcase_add_test(t, a_bad_one_in_the_middle_is_kept_up_to_a_bound);
	suite_add_tcase(s, t);
	return s;
}
