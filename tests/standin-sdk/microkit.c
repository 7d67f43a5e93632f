/* The stand-in SDK's library: a Microkit program on the reference stack's start code. */
#include "microkit.h"

#include "lib/print.h"
#include "self.h"

void pd_main(void)
{
	init();
	self_ready();
	notified(0);
	self_alive();
}

void microkit_dbg_putc(int c)
{
	print("%c", c);
}

void microkit_dbg_puts(const char *s)
{
	print("%s", s);
}

void microkit_notify(microkit_channel ch)
{
	(void)ch;
}
