#include "lib/hold.h"

#include "lib/console.h"
#include "lib/print.h"

void hold(const char *name)
{
	print("HOLD|%s\n", name);
	while (console_getc() < 0)
		;
}
