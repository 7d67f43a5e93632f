#include "proto/casetext.h"

Suite *tap_test(void);

#define HEAD "TAP version 14\n"

static const struct casetext_row rows[] = {
	/* as the specifications have it */
	{HEAD "1..2\nok 1 - a\nok 2 - b\n", "pass a\npass b\n"},
	{"TAP version 13\n1..2\nok 1 a\nok 2 b\n", "pass a\npass b\n"},
	{"1..1\nok\n", "pass test 1\n"},
	{HEAD "ok 1 - a\nnot ok 2 - b\n1..2\n", "pass a\nfail b\n"},
	{HEAD "1..3\nok 2\nok 3\nok 1\n", "pass test 2\npass test 3\npass test 1\n"},
	{HEAD "1..3\nok - a\nnot ok\nok - c\n", "pass a\nfail test 2\npass c\n"},
	{HEAD "1..4\nok 1 - a # SKIP no net\nnot ok 2 - b # skip\nnot ok 3 - c # TODO later\nok 4\n",
	 "skip a\nskip b\ntodo c\npass test 4\n"},
	{HEAD "1..2\nok 1 - issue # 5 # SKIP x\nok 2 - a \\# b\\\\c\n", "skip issue # 5\npass a # b\\c\n"},
	{HEAD "1..1\nok 1 - a # time=5ms\n", "pass a\n"},
	{HEAD "pragma +strict\n# hello\n\n1..1 # one\nok 1\n", "pass test 1\n"},
	{HEAD "1..1\r\nok 1 - a\r\n", "pass a\n"},
	/* words that only look like a directive hide nothing */
	{HEAD "1..2\nok 1\nnot ok 2 - b # skipped\n", "pass test 1\nfail b\n"},
	{HEAD "1..2\nok 1\nnot ok 2 - b # TODOs\n", "pass test 1\nfail b\n"},
	{HEAD "1..2\nok 1\nnot ok 2 - b #5 SKIP\n", "pass test 1\nfail b\n"},
	{HEAD "1..2\nok 1\nnot ok 2 - b \\# SKIP\n", "pass test 1\nfail b # SKIP\n"},
	{HEAD "1..2\nok 1\nnot ok 2 - b # XFAIL\n", "pass test 1\nfail b\n"},
	/* subtests */
	{HEAD "1..2\n# Subtest: s\n    1..2\n    ok 1 - a\n    ok 2 - b\nok 1 - s\nok 2 - c\n",
	 "pass s/a\npass s/b\npass c\n"},
	{HEAD "1..1\n    # Subtest: s\n    ok 1 - a\n        ok 1 - x\n        1..1\n    ok 2 - b\n    1..2\nok 1\n",
	 "pass s/a\npass s/b/x\n"},
	{HEAD "1..1\n    not ok 1 - a\n    1..1\nok 1 - s\n", "fail s/a\n"},
	{HEAD "1..1\n    ok 1 - a\n    1..1\nnot ok 1 - s\n", "pass s/a\nfail s\n"},
	{HEAD "1..2\n    not ok 1 - a\n    1..1\nnot ok 1 - s # TODO\nok 2\n", "todo s/a\npass test 2\n"},
	{HEAD "1..2\n    1..0 # SKIP no net\nok 1 - s # SKIP\nok 2\n", "skip s\npass test 2\n"},
	/* another format: its failures stand where TAP has none */
	{"KTAP version 1\n1..1\n  KTAP version 1\n  1..1\n  not ok 1 a\nok 1 s\n", "! it is KTAP, not TAP\n"},
	/* somebody else's lines */
	{"noise\nok then\n" HEAD "MON|INFO\n1..2\nok 1 - a\nok: fine\nokay\n ok 2 - b\nok 2 - c\nnotable\n",
	 "pass a\npass c\n"},
	/* what is missing, too much or twice */
	{"", "! no test results came\n"},
	{"hello\nok 1 - a\n", "! no test results came\n"},
	{HEAD, "! there is no plan: 0 results came, and nobody knows whether that was all\n"},
	{HEAD "ok 1 - a\n", "pass a\n! there is no plan: 1 result came, and nobody knows whether that was all\n"},
	{HEAD "1..4\nok 1 - a\nok 3 - c\n", "pass a\npass c\n! the plan is 1..4, and 2 results came, missing: 2, 4\n"},
	{HEAD "1..9\nok 9\n", "pass test 9\n! the plan is 1..9, and 1 result came, missing: 1, 2, 3, 4, 5 and 3 more\n"},
	{HEAD "1..1\nok 1 - a\nnot ok 2 - b\n",
	 "pass a\nfail b\n! result 2 is outside of the plan\n! the plan is 1..1, and 2 results came\n"},
	{HEAD "1..2\nok 1 - a\nok 1 - b\n",
	 "pass a\npass b\n! result 1 came twice\n"},
	{HEAD "1..1\n1..1\nok 1\n", "pass test 1\n! there are two plans: 1..1 and 1..1\n"},
	{HEAD "ok 1\n1..2\nok 2\n", "pass test 1\npass test 2\n! result 2 came behind the plan that ends the results\n"},
	{HEAD "1..3\nok 1\nBail out! no memory\nok 2\n", "pass test 1\n! it bailed out: no memory\n"},
	{HEAD "1..3\nok 1\n    bail OUT!\n", "pass test 1\n! it bailed out\n"},
	{HEAD "1..2\nok 1\n" HEAD "1..2\nok 1\nok 2\n", "pass test 1\n! it began a second time, after 1 result\n"},
	{HEAD "1..0 # SKIP no net\n", "skip all tests\n! nothing was tested: no case passed, and none failed\n"},
	{HEAD "1..1\nok 1 # SKIP\n", "skip test 1\n! nothing was tested: no case passed, and none failed\n"},
	{HEAD "1..1\nok 99999999999\n", "pass test 0\n! the number of a result is not between 1 and 10000\n"},
	{HEAD "1..1\nok 0\n", "pass test 0\n! the number of a result is not between 1 and 10000\n"},
	{HEAD "1..1\n    ok 1 - a\nok 1 - s\n",
	 "pass s/a\n! there is no plan in a subtest: 1 result came, and nobody knows whether that was all\n"},
	{HEAD "1..1\n    1..2\n    ok 1 - a\nok 1 - s\n",
	 "pass s/a\n! the plan in a subtest is 1..2, and 1 result came, missing: 2\n"},
	{HEAD "1..1\n    1..1\n    ok 1 - a\n",
	 "pass a\n! the results in a subtest end without the result of the test that they belong to\n"
	 "! the plan is 1..1, and 0 results came, missing: 1\n"},
	/* diagnostics that swallow nothing */
	{HEAD "1..2\nok 1 - a\n  ---\n  x: ok\nok 2 - b\n", "pass a\npass b\n! the diagnostics of a never end\n"},
	{HEAD "1..2\nok 1 - a\n  ---\n  ok 2 - no\n  ...\nMON|x\nok 2 - b\n", "pass a\npass b\n"},
	{HEAD "1..2\nok 1 - a\n  ---\nMON|x\n  y: 1\n  ...\nok 2 - b\n", "pass a\npass b\n"},
	{HEAD "1..1\nok 1 - a\n  ---\n", "pass a\n! the diagnostics of a never end\n"},
	/* what may have been a "not ok" */
	{HEAD "1..2\nnot MON|x\nok 1 - a\nok 2 - b\n",
	 "fail a\npass b\n! it cannot be told whether result 1 is \"ok\" or \"not ok\": \"not MON|x\" came before it\n"},
	{HEAD "1..1\nnotMON|x\n ok 1 - a\n", "! the plan is 1..1, and 0 results came, missing: 1\n"},
	{HEAD "1..2\nnot enough\nnot ok 1 - a\nok 2 - b\n", "fail a\npass b\n"},
};

START_TEST(lines_are_cases_and_faults)
{
	casetext_check(&(struct cases_options){.format = "tap"}, &rows[_i]);
}
END_TEST

START_TEST(time_and_diagnostics_belong_to_their_case)
{
	struct cases c;

	cases_init(&c, &(struct cases_options){.format = "tap"});
	casetext_feed(&c, HEAD "# before\n1..4\nok 1 - a # time=1.5s\nnot ok 2 - b\n  ---\n  message: \"no\"\n\n"
			       "  duration_ms: 2.25\n  ...\n# Failed test\nok 3 # SKIP no net\nok 4 # time=x\n");
	ck_assert(c.complete);
	cases_end(&c, NULL);
	ck_assert_uint_eq(c.fault_count, 0);
	ck_assert_int_eq(c.items[0].time_us, 1500000);
	ck_assert_uint_eq(c.items[0].text.len, 0);
	ck_assert_int_eq(c.items[1].time_us, 2250);
	ck_assert_str_eq(c.items[1].text.data, "message: \"no\"\nduration_ms: 2.25\n# Failed test\n");
	ck_assert_str_eq(c.items[2].text.data, "no net\n");
	ck_assert_int_eq(c.items[3].time_us, -1);
	ck_assert_uint_eq(c.outcomes[CASE_FAIL], 1);
	ck_assert_str_eq(cases_first_failed(&c)->name, "b");
	ck_assert_int_eq(cases_first_failed(&c)->number, 2);
	cases_finish(&c);
}
END_TEST

Suite *tap_test(void)
{
	Suite *s = suite_create("tap");
	TCase *t = tcase_create("tap");

	tcase_add_loop_test(t, lines_are_cases_and_faults, 0, sizeof rows / sizeof rows[0]);
	tcase_add_test(t, time_and_diagnostics_belong_to_their_case);
	suite_add_tcase(s, t);
	return s;
}
