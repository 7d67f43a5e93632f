#include "monitor/fail.h"

#include "lib/print.h"

_Noreturn void fail(const char *why)
{
	print("FAIL: %s\n", why);
	for (;;)
		;
}
