/*
 * A protection domain that proves, by running, that its code is there: several pages of it, each instruction of which
 * takes part in the sum that it prints. It is the same sum each time, and hello runs again whenever worker tells it to.
 */
#include <microkit.h>

#include "pages.h"

#define WORKER 0

static int rounds;

static void say(const char *what)
{
	microkit_dbg_puts("PD|hello: ");
	microkit_dbg_puts(what);
	pages_print(pages_run(1));
}

void init(void)
{
	say("start sum=");
	microkit_notify(WORKER);
}

void notified(microkit_channel ch)
{
	(void)ch;
	if (++rounds == 1)
		say("alive sum=");
}
