#include "proto/casetext.h"

Suite *sel4test_test(void);

#define CASE(name, inside) "\t<testcase classname=\"sel4test\" name=\"" name "\">\n" inside "\t</testcase>\n"
#define FAILURE "\t\t<failure type=\"failure\">error == 0 at line 48 of file a.c</failure>\n"
#define OUTPUT "\t\t<system-out>Running test\n a < b\n</system-out>\n"
#define END "</testsuite>\n"
#define WELL "All is well in the universe\n"

static const struct casetext_row rows[] = {
	{"seL4 Test\n<testsuite>\n" CASE("A", "") CASE("B", OUTPUT) END WELL, "pass sel4test/A\npass sel4test/B\n"},
	{"<testsuite>\n" CASE("A", FAILURE) CASE("B", "\t\t<error>x</error>\n" OUTPUT) END "*** FAILURES DETECTED ***\n",
	 "fail sel4test/A\nfail sel4test/B\n"},
	/* JUnit's like */
	{"<testsuite name=\"x\" tests=\"2\">\n<testcase name=\"a &lt;&amp;&gt; b\" time=\"0.25\"/><testcase name=\"c\">"
	 "<skipped message=\"no net\"/></testcase>\n" END,
	 "pass a <&> b\nskip c\n"},
	{"<testsuite tests='1'>\n<testcase name=\"a > b\" classname=\"k\"></testcase></testsuite>\n", "pass k/a > b\n"},
	{"<testsuite tests=\"1\"><testcase name=\"a\"><failure/></testcase></testsuite>\n", "fail a\n"},
	{"<testsuite tests=\"1\"><testcase name=\"a\"><failure>x</failure><skipped/></testcase></testsuite>\n", "fail a\n"},
	/* the kernel speaks in between */
	{"<testsuite>\n" CASE("A", "<<seL4(CPU 0) [decodeInvocation/641 T0xff \"x\" @40]: Attempted to invoke a null cap>>\n")
	 "<emph\nCaught cap fault\n" END WELL, "pass sel4test/A\n"},
	/* an output that ends nothing, and what it may hold */
	{"<testsuite>\n" CASE("A", "\t\t<system-out>a </failure> <failure> b\n</system-out>\n") END WELL,
	 "pass sel4test/A\n"},
	/* cut off */
	{"", "! no test results came\n"},
	{"<testsuite>\n" CASE("A", ""), "pass sel4test/A\n! the suite never ended: 1 case came\n"},
	{"<testsuite>\n" CASE("A", "") "\t<testcase classname=\"k\" name=\"B\">\n",
	 "pass sel4test/A\nfail k/B\n! case k/B never ended\n! the suite never ended: 2 cases came\n"},
	{"<testsuite>\n" CASE("A", "") END,
	 "pass sel4test/A\n! nothing says whether all cases came: there is neither \"All is well in the universe\" nor "
	 "tests=\"N\"\n"},
	{"<testsuite tests=\"2\">\n" CASE("A", "") END,
	 "pass sel4test/A\n! the suite announced 2 cases, and 1 came\n"},
	{"<testsuite>\n" CASE("A", "") END "*** ALL tests not run ***\n",
	 "pass sel4test/A\n! the guest says that not all of its tests were run\n"},
	{"<testsuite>\n" CASE("A", "") END "*** FAILURES DETECTED ***\n",
	 "pass sel4test/A\n! the guest says that a test failed, and none of those that came did\n"},
	{"<testsuite tests=\"0\">\n" END, "! nothing was tested: no case passed, and none failed\n"},
	{"<testsuite>\n" CASE("A", "") "<testsuite>\n", "pass sel4test/A\n! it began a second time, after 1 case\n"},
	{"<testsuite tests=\"2\">\n" CASE("A", "") CASE("A", "") END,
	 "pass sel4test/A\npass sel4test/A\n! case sel4test/A came twice\n"},
	{"<testsuite tests=\"1\">\n" END CASE("A", ""), "pass sel4test/A\n! a case came behind the end of the suite\n"},
	{CASE("A", "") END WELL, "pass sel4test/A\n! the cases began without a <testsuite>\n"},
	/* lines cut in two: nothing of it may be read as a pass */
	{"<testsuite>\n\t<testcase classname=\"k\" name=\"A\">\n\t\t<failMON|x\nure type=\"failure\">no</failure>\n"
	 "\t</testcase>\n" END WELL,
	 "fail k/A\n! a tag in case k/A is cut in two: \"<failMON|x\"\n"
	 "! a </failure> came in case k/A whose beginning is lost\n"},
	{"<testsuite>\n\t<testcase classname=\"k\" name=\"A\">\n\t\t<MON|x\nfailure type=\"failure\">no</failure>\n"
	 "\t</testcase>\n" END WELL,
	 "fail k/A\n! a </failure> came in case k/A whose beginning is lost\n"},
	{"<testsuite>\n\t<testcase classname=\"k\" name=\"A\n" FAILURE "\t</testcase>\n" END WELL,
	 "fail k/case 1\n! a case has no name: <testcase classname=\"k\" name=\"A\n"
	 "! a tag is cut off: \"<testcase classname=\"k\" name=\"A\"\n"},
	{"<testsuite>\n" FAILURE "\t</testcase>\n" CASE("B", "") END WELL,
	 "pass sel4test/B\n! a <failure> came outside of any case\n! a case ended that never began\n"},
	{"<testsuite>\n\t<testcase classname=\"k\" name=\"A\">\n\t\t<system-out>x\n\t\t</sysMON|y\ntem-out>\n\t</testcase>\n"
	 CASE("B", FAILURE) END WELL,
	 "pass k/A\nfail sel4test/B\n! the <system-out> of case k/A never ended\n"},
};

START_TEST(lines_are_cases_and_faults)
{
	casetext_check(&(struct cases_options){.format = "sel4test"}, &rows[_i]);
}
END_TEST

START_TEST(time_and_texts_belong_to_their_case)
{
	struct cases c;

	cases_init(&c, &(struct cases_options){.format = "sel4test"});
	casetext_feed(&c, "<testsuite tests=\"2\">\n<testcase name=\"a\" time=\"1.5\">\n" FAILURE OUTPUT "</testcase>\n");
	ck_assert(!c.complete);
	casetext_feed(&c, "<testcase name=\"b\"/>\n" END);
	ck_assert(c.complete);
	cases_end(&c, NULL);
	ck_assert_uint_eq(c.fault_count, 0);
	ck_assert_int_eq(c.items[0].time_us, 1500000);
	ck_assert_str_eq(c.items[0].text.data, "error == 0 at line 48 of file a.c\nRunning test\na < b\n");
	ck_assert_int_eq(c.items[1].time_us, -1);
	ck_assert_int_eq(c.planned, 2);
	ck_assert_int_eq(c.came, 2);
	cases_finish(&c);
}
END_TEST

Suite *sel4test_test(void)
{
	Suite *s = suite_create("sel4test");
	TCase *t = tcase_create("sel4test");

	tcase_add_loop_test(t, lines_are_cases_and_faults, 0, sizeof rows / sizeof rows[0]);
	tcase_add_test(t, time_and_texts_belong_to_their_case);
	suite_add_tcase(s, t);
	return s;
}
