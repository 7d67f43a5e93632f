#include "sched/retry.h"

#include <check.h>

#include "sched/pace.h"

Suite *retry_test(void);

static const struct scenario_retries never = {0}, lenient = {.fail = 2, .timeout = 1};

/* How often an attempt that always ends so is followed by another one; 20 is for ever. */
static int retries(struct retry_budget *b, struct tries *t, const struct scenario_retries *allowed, enum verdict v)
{
	int n = 0;

	while (n < 20 && retry_wanted(b, t, allowed, v))
		n++;
	return n;
}

START_TEST(a_broken_lab_is_given_the_runs_chances)
{
	struct retry_budget b = retry_budget_of(2, 100);
	struct tries t = {0};

	ck_assert_int_eq(retries(&b, &t, &never, VERDICT_INFRA), 2);
	ck_assert_int_eq(tries_verdict(&t, VERDICT_PASS), VERDICT_PASS);
	ck_assert_int_eq(tries_verdict(&t, VERDICT_INFRA), VERDICT_INFRA);
	ck_assert_uint_eq(b.left, 13);
	b = retry_budget_of(0, 100);
	t = (struct tries){0};
	ck_assert_int_eq(retries(&b, &t, &lenient, VERDICT_INFRA), 0);
}
END_TEST

START_TEST(a_dead_lab_does_not_multiply_everything)
{
	struct retry_budget b = retry_budget_of(3, 40);
	int all = 0;

	for (int i = 0; i < 40; i++) {
		struct tries t = {0};

		all += retries(&b, &t, &never, VERDICT_INFRA);
	}
	ck_assert_int_eq(all, 9); /* not 120 */
}
END_TEST

START_TEST(failures_are_final_unless_the_scenario_says_otherwise)
{
	static const enum verdict final[] = {VERDICT_PASS, VERDICT_FAIL, VERDICT_EXPECTED_FAIL, VERDICT_VACUOUS, VERDICT_FLAKY,
					     VERDICT_TIMEOUT, VERDICT_SKIPPED, VERDICT_CANCELLED};
	struct retry_budget b = retry_budget_of(9, 1000);
	struct tries t = {0};

	for (size_t i = 0; i < sizeof final / sizeof final[0]; i++)
		ck_assert_int_eq(retries(&b, &t, &never, final[i]), 0);
	ck_assert_int_eq(retries(&b, &t, &lenient, VERDICT_TIMEOUT), 1);
	ck_assert_int_eq(retries(&b, &t, &lenient, VERDICT_FAIL), 2);
	t = (struct tries){0};
	ck_assert_int_eq(retries(&b, &t, &lenient, VERDICT_VACUOUS), 2);
	ck_assert_int_eq(retries(&b, &t, &lenient, VERDICT_PASS), 0);
	ck_assert_uint_eq(b.left, 105);
}
END_TEST

START_TEST(a_pass_after_a_failure_is_flaky)
{
	static const struct {
		enum verdict before, last, want;
	} cases[] = {
		{VERDICT_FAIL, VERDICT_PASS, VERDICT_FLAKY},
		{VERDICT_TIMEOUT, VERDICT_PASS, VERDICT_FLAKY},
		{VERDICT_VACUOUS, VERDICT_EXPECTED_FAIL, VERDICT_FLAKY},
		{VERDICT_FAIL, VERDICT_FAIL, VERDICT_FAIL},
		{VERDICT_FAIL, VERDICT_INFRA, VERDICT_INFRA},
		{VERDICT_INFRA, VERDICT_PASS, VERDICT_PASS},
		{VERDICT_INFRA, VERDICT_FAIL, VERDICT_FAIL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct retry_budget b = retry_budget_of(1, 10);
		struct tries t = {0};

		ck_assert(retry_wanted(&b, &t, &lenient, cases[i].before));
		ck_assert_int_eq(tries_verdict(&t, cases[i].last), cases[i].want);
	}
}
END_TEST

START_TEST(a_resumed_run_goes_on_counting)
{
	static const struct attempt_summary tried[] = {
		{.number = 1, .verdict = VERDICT_FAIL}, {.number = 2, .verdict = VERDICT_INFRA}, {.number = 3, .verdict = VERDICT_CANCELLED}};
	struct retry_budget b = retry_budget_of(1, 10);
	struct tries t = {0};

	tries_recall(&t, tried, 3);
	ck_assert_int_eq(retries(&b, &t, &lenient, VERDICT_INFRA), 0);
	ck_assert_int_eq(retries(&b, &t, &lenient, VERDICT_FAIL), 1);
	ck_assert_int_eq(tries_verdict(&t, VERDICT_PASS), VERDICT_FLAKY);
}
END_TEST

START_TEST(what_was_seen_is_expected_again)
{
	static const char boot, soak, here, there;
	struct pace p = {0};

	ck_assert_int_eq(pace_expected_ms(&p, &boot, &here), -1);
	pace_note(&p, &boot, &here, 100);
	pace_note(&p, &boot, &here, 300);
	pace_note(&p, &soak, &here, 5000);
	ck_assert_int_eq(pace_expected_ms(&p, &boot, &here), 200);
	ck_assert_int_eq(pace_expected_ms(&p, &soak, &here), 5000);
	ck_assert_int_eq(pace_expected_ms(&p, &boot, &there), -1);
	pace_finish(&p);
}
END_TEST

Suite *retry_test(void)
{
	Suite *s = suite_create("retry");
	TCase *t = tcase_create("retry");

	tcase_add_test(t, a_broken_lab_is_given_the_runs_chances);
	tcase_add_test(t, a_dead_lab_does_not_multiply_everything);
	tcase_add_test(t, failures_are_final_unless_the_scenario_says_otherwise);
	tcase_add_test(t, a_pass_after_a_failure_is_flaky);
	tcase_add_test(t, a_resumed_run_goes_on_counting);
	tcase_add_test(t, what_was_seen_is_expected_again);
	suite_add_tcase(s, t);
	return s;
}
