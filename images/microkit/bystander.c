/* A protection domain that has nothing to do with the restarts; its priority makes it run once they are over. */
#include <microkit.h>

#include "pages.h"

void init(void)
{
	microkit_dbg_puts("PD|bystander: start sum=");
	pages_print(pages_run(3));
}

void notified(microkit_channel ch)
{
	(void)ch;
}
