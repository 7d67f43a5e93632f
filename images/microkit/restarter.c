/*
 * The parent of crasher: it restarts its child at each fault, the way a Microkit system does it, until the child has run
 * RESTARTS + 1 times, and then stops it. A restart sets the child's program counter and nothing else.
 */
#include <stdint.h>

#include <microkit.h>

#define RESTARTS 10
#define ENTRY 0x200000UL /* where every program of the usual kind begins */

static unsigned restarts;

static void say(const char *what)
{
	microkit_dbg_puts("PD|restarter: ");
	microkit_dbg_puts(what);
	microkit_dbg_putc('\n');
}

void init(void)
{
	say("start");
}

void notified(microkit_channel ch)
{
	(void)ch;
}

seL4_Bool fault(microkit_child child, microkit_msginfo msginfo, microkit_msginfo *reply)
{
	(void)msginfo;
	(void)reply;
	if (restarts++ < RESTARTS) {
		say("restart");
		microkit_pd_restart(child, ENTRY);
	} else {
		microkit_pd_stop(child);
		say("done");
	}
	return seL4_False; /* no reply to the fault: the child has been started, or stopped, in another way */
}
