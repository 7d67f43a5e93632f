#include <check.h>
#include <math.h>

#include "history/stats.h"

Suite *stats_test(void);

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static void expect_near(double got, double want, double within)
{
	ck_assert_msg(fabs(got - want) <= within, "%.9g, expected %.9g", got, want);
}

START_TEST(medians)
{
	double odd[] = {3, 1, 2}, even[] = {4, 1, 3, 2};

	expect_near(stats_median(odd, 3), 2, 0);
	expect_near(stats_median(even, 4), 2.5, 0);
	expect_near(stats_median(NULL, 0), 0, 0);
}
END_TEST

/* By counting: of the 10 ways to choose 2 of 5 places one is as extreme; of 20 ways to choose 3 of 6 two are U >= 8. */
START_TEST(small_samples_are_counted_out)
{
	const double high[] = {10, 11}, low[] = {1, 2, 3}, mixed[] = {4, 6, 7}, other[] = {1, 2, 5};

	expect_near(stats_larger(high, 2, low, 3), 0.1, 1e-12);
	ck_assert_double_gt(stats_larger(low, 3, high, 2), 0.9);
	expect_near(stats_larger(mixed, 3, other, 3), 0.1, 1e-12);
	expect_near(stats_larger(high, 2, low, 0), 1, 0);
	expect_near(stats_larger(high, 0, low, 3), 1, 0);
	expect_near(stats_least_p(2, 3), 0.1, 1e-12);
	expect_near(stats_least_p(1, 30), 1.0 / 31, 1e-12);
	expect_near(stats_least_p(0, 3), 1, 0);
}
END_TEST

/* The exact distribution and the approximation must agree where both are good. */
START_TEST(larger_samples_agree_with_the_approximation)
{
	double now[30], before[30], more_before[31];

	for (int i = 0; i < 30; i++) {
		now[i] = 100 + 2.1 * i + 7;
		before[i] = 100 + 2.0 * i + 0.01;
		more_before[i] = before[i];
	}
	more_before[30] = before[15] + 0.005; /* 61 values: approximated */
	expect_near(stats_larger(now, 30, before, 30), stats_larger(now, 30, more_before, 31), 0.01);
	ck_assert_double_lt(stats_larger(now, 30, before, 30), 0.1);
	ck_assert_double_gt(stats_larger(before, 30, now, 30), 0.9);
}
END_TEST

START_TEST(equal_values_prove_nothing)
{
	const double same[] = {5, 5, 5, 5, 5, 5}, half[] = {5, 5, 6, 6, 7, 7}, more[] = {6, 6, 7, 7, 8, 8};

	expect_near(stats_larger(same, 6, same, 6), 1, 0);
	/* By hand: U = 6 + 10 + 12, its mean 18, groups of 2, 4, 4 and 2 equal ones: 132; variance 36/12 * (13 - 132/132). */
	expect_near(stats_larger(more, 6, half, 6), 0.5 * erfc((28 - 18 - 0.5) / sqrt(36) / sqrt(2)), 1e-9);
}
END_TEST

START_TEST(a_shift_is_found_with_its_interval)
{
	double now[20], before[20];
	struct stats_interval s;

	for (int i = 0; i < 20; i++) {
		before[i] = 100 + i;
		now[i] = 150 + i;
	}
	s = stats_shift(now, 20, before, 20);
	expect_near(s.mid, 50, 1e-9);
	ck_assert_double_lt(s.low, 50);
	ck_assert_double_gt(s.high, 50);
	ck_assert_double_gt(s.low, 40);
	ck_assert_double_lt(s.high, 60);
	s = stats_shift(now, 1, before, 1);
	expect_near(s.low, s.high, 0);
}
END_TEST

/* Wilson's interval of 8 of 10 is 0.490 to 0.943 (Newcombe, Stat. Med. 17, 1998, gives such tables). */
START_TEST(rates_have_intervals)
{
	struct stats_interval r = stats_rate(8, 10);

	expect_near(r.mid, 0.8, 0);
	expect_near(r.low, 0.4902, 1e-4);
	expect_near(r.high, 0.9433, 1e-4);
	expect_near(stats_rate(0, 5).low, 0, 0);
	expect_near(stats_rate(5, 5).high, 1, 0);
	expect_near(stats_rate(0, 0).high, 1, 0);
}
END_TEST

START_TEST(coins)
{
	expect_near(stats_sign(0, 10), 1, 1e-12);
	expect_near(stats_sign(10, 10), 1.0 / 1024, 1e-12);
	expect_near(stats_sign(9, 10), 11.0 / 1024, 1e-12);
	ck_assert_double_lt(stats_sign(900, 1000), 1e-100);
}
END_TEST

/* The example of Benjamini and Hochberg's own article: 15 hypotheses, of which their procedure at 5 % rejects four. */
START_TEST(of_many_tests_only_those_count_that_may)
{
	const double p[] = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
			    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
	bool counts[COUNT(p)];

	stats_discoveries(p, COUNT(p), 0.05, counts);
	for (size_t i = 0; i < COUNT(p); i++)
		ck_assert_int_eq(counts[i], i < 4);
	stats_discoveries(p + 9, COUNT(p) - 9, 0.05, counts);
	ck_assert(!counts[0]);
	stats_discoveries(p, 0, 0.05, counts);
}
END_TEST

Suite *stats_test(void)
{
	Suite *s = suite_create("stats");
	TCase *t = tcase_create("stats");

	tcase_add_test(t, medians);
	tcase_add_test(t, small_samples_are_counted_out);
	tcase_add_test(t, larger_samples_agree_with_the_approximation);
	tcase_add_test(t, equal_values_prove_nothing);
	tcase_add_test(t, a_shift_is_found_with_its_interval);
	tcase_add_test(t, rates_have_intervals);
	tcase_add_test(t, coins);
	tcase_add_test(t, of_many_tests_only_those_count_that_may);
	suite_add_tcase(s, t);
	return s;
}
