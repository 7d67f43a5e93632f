/* TAP 14, with diagnostics in YAML. */
#include <stdbool.h>

#include "lib/print.h"
#include "printer.h"
#include "speech.h"

void print_begin(void)
{
	unsigned count = 0;

	for (unsigned i = 0; i < SUITES; i++)
		count += suites[i].count;
	print("TAP version 14\n1..%u\n", count);
}

void print_suite(const struct suite *s)
{
	print("# suite %s\n", s->name);
}

void print_result(const struct suite *s, unsigned number, unsigned in_all, enum result r, const char *why)
{
	bool bad = r == FAILED || r == TODO;

	print(bad ? "not " : "ok");
	speech_break();
	print("%s%u - %s: %s", bad ? "ok " : " ", in_all, s->name, s->checks[number - 1].name);
	if (r == SKIPPED || r == TODO)
		print(" # %s %s", r == TODO ? "TODO" : "SKIP", why);
	print("\n");
	if (r == FAILED)
		print("  ---\n  message: \"%s\"\n  severity: fail\n  ...\n", why);
}

void print_suite_end(const struct suite *s, unsigned number, unsigned failed)
{
	(void)s, (void)number, (void)failed;
}

void print_end(unsigned failed)
{
	print("# %u failed\n", failed);
}
