/* Tests itself and prints the results for a machine to read. */
#include <stdbool.h>

#include "checks.h"
#include "lib/print.h"
#include "printer.h"
#include "self.h"
#include "speech.h"
#include "user/syscall.h"

/* The break comes in the line of this check, which is the one that a failing build fails. */
#define BREAK_AT 3

static bool break_is_due;

void speech_break_soon(void)
{
	break_is_due = true;
}

void speech_break(void)
{
	if (!break_is_due)
		return;
	break_is_due = false;
	sys_notify_handler(0);
}

/* A build that ends too early leaves the last check out, which its plan has announced. */
static bool is_left_out(unsigned suite, unsigned check)
{
	return SELFTEST_ENDS_EARLY && suite == SUITES - 1 && check == suites[suite].count - 1;
}

static unsigned run_suite(unsigned i, unsigned before)
{
	const struct suite *s = &suites[i];
	unsigned failed = 0;

	print_suite(s);
	for (unsigned k = 0; k < s->count && !is_left_out(i, k); k++) {
		const char *why;
		enum result r = s->checks[k].make(&why);

		if (before + k + 1 == BREAK_AT)
			speech_break_soon();
		print_result(s, k + 1, before + k + 1, r, why);
		failed += r == FAILED;
	}
	print_suite_end(s, i + 1, failed);
	return failed;
}

void pd_main(void)
{
	unsigned failed = 0, before = 0;

	self_announce();
	print_begin();
	for (unsigned i = 0; i < SUITES; i++) {
		failed += run_suite(i, before);
		before += suites[i].count;
	}
	print_end(failed);
	self_ready();
}
