#include "proto/casetext.h"

Suite *ktap_test(void);

#define HEAD "KTAP version 1\n"

static const struct casetext_row rows[] = {
	/* as the kernel's documentation has it */
	{HEAD "1..1\n  KTAP version 1\n  1..2\n  ok 1 test_1\n  not ok 2 test_2\n# example failed\nnot ok 1 example\n",
	 "pass example/test_1\nfail example/test_2\n"},
	{HEAD "1..2\n  KTAP version 1\n  1..2\n    KTAP version 1\n    1..2\n    not ok 1 test_1\n    ok 2 test_2\n"
	      "  not ok 1 test_3\n  ok 2 test_4 # SKIP\nnot ok 1 example_test_1\nok 2 example_test_2\n",
	 "fail example_test_1/test_3/test_1\npass example_test_1/test_3/test_2\nskip example_test_1/test_4\n"
	 "pass example_test_2\n"},
	{HEAD "1..1\n  KTAP version 1\n  1..2\n    KTAP version 1\n    1..1\n    # test_1: initializing test_1\n"
	      "    ok 1 test_1\n  ok 1 a\n    KTAP version 1\n    1..1\n    ok 1 test_1 # SKIP why\n  ok 2 b\nok 1 m\n",
	 "pass m/a/test_1\nskip m/b/test_1\n"},
	/* as KUnit prints it: four blanks, "# Subtest", parameters without a plan */
	{HEAD "1..1\n    KTAP version 1\n    # Subtest: suite\n    1..1\n        KTAP version 1\n        # Subtest: p\n"
	      "        ok 1 x\n        ok 2 y\n    ok 1 p\nok 1 suite\n",
	 "pass suite/p/x\npass suite/p/y\n"},
	/* TAP's own version line is one of KTAP's */
	{"TAP version 13\n1..1\n  TAP version 13\n  1..1\n  ok 1 a\nok 1 s\n", "pass s/a\n"},
	/* directives */
	{HEAD "1..6\nok 1 a # XFAIL\nnot ok 2 b # XFAIL known\nnot ok 3 c # TIMEOUT 30 s\nok 4 d # TIMEOUT\n"
	      "ok 5 e # ERROR x\nok 6 f # rcode=0\n",
	 "todo a\ntodo b\nfail c\nfail d\nfail e\npass f\n"},
	{HEAD "1..2\nok 1\nnot ok 2 b # FOO\n", "pass test 1\nfail b\n"},
	/* the kernel speaks in between */
	{"[ 0.1] boot\n" HEAD "1..1\n[ 0.2] WARNING\n  KTAP version 1\nnoise\n      odd\n  1..1\n  ok 1 a\nnoise\nok 1 s\n",
	 "pass s/a\n"},
	/* the parent says more, or less, than its children */
	{HEAD "1..1\n  KTAP version 1\n  1..1\n  ok 1 a\nnot ok 1 s\n", "pass s/a\nfail s\n"},
	{HEAD "1..1\n  KTAP version 1\n  1..1\n  not ok 1 a\nok 1 s\n", "fail s/a\n"},
	{HEAD "1..1\n  KTAP version 1\n  1..0\nok 1 s\n", "pass s\n"},
	/* numbers run */
	{HEAD "1..2\nok 2 b\nok 1 a\n",
	 "pass b\npass a\n! result 2 came where 1 had to come\n! result 1 came where 3 had to come\n"},
	{HEAD "1..1\n  KTAP version 1\n  ok 1 a\n  ok 3 c\nok 1 s\n",
	 "pass s/a\npass s/c\n! result 3 in a subtest came where 2 had to come\n"},
	{HEAD "1..2\nok 1 a\nok 1 b\n", "pass a\npass b\n! result 1 came twice\n"},
	/* cut off */
	{HEAD "1..2\nok 1 a\n", "pass a\n! the plan is 1..2, and 1 result came, missing: 2\n"},
	{HEAD "ok 1 a\n", "pass a\n! there is no plan: 1 result came, and nobody knows whether that was all\n"},
	{HEAD "1..1\n  KTAP version 1\n  1..2\n  ok 1 a\n",
	 "pass a\n! the plan in a subtest is 1..2, and 1 result came, missing: 2\n"
	 "! the results in a subtest end without the result of the test that they belong to\n"
	 "! the plan is 1..1, and 0 results came, missing: 1\n"},
	{HEAD "1..2\n  KTAP version 1\n  1..1\n  ok 1 a\n  KTAP version 1\n  1..1\n  ok 1 b\nok 1 s\n",
	 "pass a\npass s/b\n! the results in a subtest end without the result of the test that they belong to\n"
	 "! the plan is 1..2, and 1 result came, missing: 2\n"},
	{HEAD "1..1\n  KTAP version 1\n    KTAP version 1\n    1..1\n    ok 1 a\nok 1 s\n",
	 "pass s/a\n! the results in a subtest end without the result of the test that they belong to\n"},
	{HEAD "1..3\nok 1 a\nBail out! broken\n", "pass a\n! it bailed out: broken\n"},
	/* a line cut in two, and nobody said how others' lines begin */
	{HEAD "1..1\n  KTAP version 1\n  1..1\n  not [ 1.2] x\nok 1 a\n",
	 "fail a\n! the plan in a subtest is 1..1, and 0 results came, missing: 1\n"
	 "! it cannot be told whether result 1 is \"ok\" or \"not ok\": \"not [ 1.2] x\" came before it\n"},
	/* as deep as it goes */
	{HEAD "1..1\n KTAP version 1\n  KTAP version 1\n   KTAP version 1\n    KTAP version 1\n     KTAP version 1\n"
	      "      KTAP version 1\n       KTAP version 1\n        KTAP version 1\n",
	 "! subtests are nested more than 8 deep\n"},
};

START_TEST(lines_are_cases_and_faults)
{
	casetext_check(&(struct cases_options){.format = "ktap"}, &rows[_i]);
}
END_TEST

START_TEST(comments_belong_to_the_result_behind_them)
{
	struct cases c;

	cases_init(&c, &(struct cases_options){.format = "ktap"});
	casetext_feed(&c, HEAD "1..2\n# one\n# two\nnot ok 1 a # ERROR e\nok 2 b\n# three\n");
	cases_end(&c, NULL);
	ck_assert_str_eq(c.items[0].text.data, "e\n# one\n# two\n");
	ck_assert_uint_eq(c.items[1].text.len, 0);
	ck_assert_int_eq(c.planned, 2);
	ck_assert_int_eq(c.came, 2);
	cases_finish(&c);
}
END_TEST

Suite *ktap_test(void)
{
	Suite *s = suite_create("ktap");
	TCase *t = tcase_create("ktap");

	tcase_add_loop_test(t, lines_are_cases_and_faults, 0, sizeof rows / sizeof rows[0]);
	tcase_add_test(t, comments_belong_to_the_result_behind_them);
	suite_add_tcase(s, t);
	return s;
}
