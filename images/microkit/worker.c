/* The second protection domain: it has code of its own, and lets hello run once more. */
#include <microkit.h>

#include "pages.h"

#define HELLO 0

static void say(const char *what)
{
	microkit_dbg_puts("PD|worker: ");
	microkit_dbg_puts(what);
	pages_print(pages_run(2));
}

void init(void)
{
	say("start sum=");
}

void notified(microkit_channel ch)
{
	say("alive sum=");
	microkit_notify(ch);
}
