/* KTAP 1: every suite is a test with subtests. */
#include <stdbool.h>

#include "lib/print.h"
#include "printer.h"
#include "speech.h"

void print_begin(void)
{
	print("KTAP version 1\n1..%u\n", SUITES);
}

void print_suite(const struct suite *s)
{
	print("  KTAP version 1\n  # Subtest: %s\n  1..%u\n", s->name, s->count);
}

void print_result(const struct suite *s, unsigned number, unsigned in_all, enum result r, const char *why)
{
	bool bad = r == FAILED || r == TODO;

	(void)in_all;
	if (r == FAILED)
		print("  # %s: %s\n", s->checks[number - 1].name, why);
	print(bad ? "  not " : "  ok");
	speech_break();
	print("%s%u %s", bad ? "ok " : " ", number, s->checks[number - 1].name);
	if (r == SKIPPED || r == TODO)
		print(" # %s %s", r == TODO ? "XFAIL" : "SKIP", why);
	print("\n");
}

void print_suite_end(const struct suite *s, unsigned number, unsigned failed)
{
	print("%sok %u %s\n", failed ? "not " : "", number, s->name);
}

void print_end(unsigned failed)
{
	(void)failed;
}
