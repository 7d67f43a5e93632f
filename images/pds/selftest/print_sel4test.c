/* XML as seL4's own test suite prints it. It knows no "to do": such a check is left out of the failures, as skipped. */
#include "lib/print.h"
#include "printer.h"
#include "speech.h"

void print_begin(void)
{
	print("<testsuite>\n");
}

void print_suite(const struct suite *s)
{
	(void)s;
}

void print_result(const struct suite *s, unsigned number, unsigned in_all, enum result r, const char *why)
{
	(void)in_all;
	print("\t<testcase classname=\"%s\" name=\"%s\">\n", s->name, s->checks[number - 1].name);
	if (r == FAILED) {
		print("\t\t<fai");
		speech_break();
		print("lure type=\"failure\">%s at line 1 of file %s.c</failure>\n", why, s->name);
	}
	if (r == SKIPPED || r == TODO)
		print("\t\t<skipped message=\"%s\"/>\n", why);
	print("\t\t<system-out>checking %s\n</system-out>\n\t</testc", s->checks[number - 1].name);
	speech_break();
	print("ase>\n");
}

void print_suite_end(const struct suite *s, unsigned number, unsigned failed)
{
	(void)s, (void)number, (void)failed;
}

void print_end(unsigned failed)
{
	print("</testsuite>\n%s\n\n\n", failed ? "*** FAILURES DETECTED ***" : "All is well in the universe");
}
