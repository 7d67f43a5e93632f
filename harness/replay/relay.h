/*
 * Between a debugger of the user's and a recorded boot that stands still: what either says is passed on, but for what QEMU
 * cannot do well: going back in time, and standing still at the record's end instead of being gone.
 */
#ifndef RUNTEST_REPLAY_RELAY_H
#define RUNTEST_REPLAY_RELAY_H

#include "replay/probe.h"
#include "replay/rewind.h"
#include "util/buf.h"

struct relay {
	struct probe *probe;          /* the boot; it stands still, and is another QEMU after each way back */
	int debugger;                 /* a connected socket; -1: nobody yet */
	struct rewind_points points;  /* that the debugger has set */
	char *supported, *physical;   /* its qSupported, and how it addresses memory, which another QEMU is told, too */
	struct buf in;                /* from the debugger, not whole yet */
	unsigned acks;                /* it will acknowledge as many packets that QEMU did not send */
	bool left;                    /* it has killed the boot, or lets it go on by itself */
	bool over;                    /* and that has ended: nothing comes from QEMU any more */
	uint64_t end;                 /* where the record ends, once somebody came there; 0 */
};

void relay_init(struct relay *r, struct probe *probe);
void relay_finish(struct relay *r); /* closes the debugger's socket */

/* The debugger's socket polled readable. 1: it is gone; -1: ERR_INFRA, ERR_CANCELLED. */
int relay_from_debugger(struct relay *r, struct err *e);
/* QEMU's did (probe->gdb.fd), and it is not `over`. */
int relay_from_board(struct relay *r, struct err *e);

#endif
