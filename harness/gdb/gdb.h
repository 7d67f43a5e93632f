/*
 * A client of a GDB server, over any connected descriptor: QEMU's stub, OpenOCD, gdbserver.
 *
 * Order of calls: gdb_begin, then gdb_pump whenever the descriptor polls readable until the state is GDB_HALTED (or
 * gdb_open, which waits for that); then memory, registers and points (target.h); gdb_go; gdb_wait or more pumping;
 * gdb_finish. Every wait has a deadline on clock_ms() and ends when the process is told to stop (util/cancel.h).
 * Errors are ERR_INFRA, or ERR_CANCELLED; none of them is final unless the state has become GDB_GONE.
 */
#ifndef RUNTEST_GDB_GDB_H
#define RUNTEST_GDB_GDB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/gdbcommand.h"
#include "proto/gdbpacket.h"
#include "proto/gdbregisters.h"
#include "proto/gdbreply.h"
#include "util/buf.h"
#include "util/err.h"

enum gdb_state {
	GDB_GREETING, /* being asked what it can do; the target stands still by then, or is made to */
	GDB_RUNNING,
	GDB_HALTING,  /* asked to stand still */
	GDB_HALTED,   /* memory and registers can be asked for */
	GDB_SLOW,     /* it has not answered in time; becomes GDB_HALTED when the late answer, which nobody wants now, comes */
	GDB_GONE,     /* it closed the connection, or what ran has ended, or it speaks something else; see `gone` */
};

const char *gdb_state_name(enum gdb_state s);

/* How the target is found. */
enum gdb_attach {
	GDB_ATTACH_HALTS,   /* connecting has made it stand still, as most servers do */
	GDB_ATTACH_RUNNING, /* it runs, and has to be interrupted first: QEMU, when the connection is older than the start */
};

struct gdb {
	int fd;                       /* ours; -1: none */
	enum gdb_state state;
	struct gdb_supported can;     /* from the greeting on */
	struct gdb_stop stop;         /* why it stands still */
	struct gdb_registers registers; /* once they were asked for */
	char gone[192];               /* in GDB_GONE: what happened */

	/* the rest is the client's own */
	struct gdb_decoder in;
	struct buf out;               /* still to be sent */
	struct buf sent;              /* the last packet as it went, for a server that wants it again */
	int greeting;                 /* step of it */
	bool acks;                    /* packets are acknowledged */
	bool waiting, replied;        /* for a reply; it is in in.packet */
	bool physical;                /* m and M take physical addresses */
	unsigned owed;                /* replies to requests that were given up */
	unsigned retries;             /* of the last packet, in either direction */
};

/* Take over the descriptor (it becomes non-blocking) and begin the greeting. */
void gdb_begin(struct gdb *g, int fd, enum gdb_attach attach);

/* The same, and wait until the target stands still. -1: it does not; finish it all the same. */
int gdb_open(struct gdb *g, int fd, enum gdb_attach attach, int64_t deadline_ms, struct err *e);

/* Close the connection, without a word. Safe on one that is all zero but for fd = -1. */
void gdb_finish(struct gdb *g);

/* Take what has come and follow the state; never waits. -1: the server is gone (GDB_GONE). */
int gdb_pump(struct gdb *g, struct err *e);

/* Ask a running target to stand still; it has when the state is GDB_HALTED. */
int gdb_interrupt(struct gdb *g, struct err *e);

/* Let a target that stands still go on. */
int gdb_go(struct gdb *g, enum gdb_go how, struct err *e);

/* Wait until it stands still: 1, 0 when the deadline passed (it still runs), -1 on error. `stop` says why it stopped. */
int gdb_wait(struct gdb *g, int64_t deadline_ms, struct err *e);

/*
 * Send one command and wait for its reply: in in.packet, NUL-terminated, until the next call. Replies that are errors are
 * ERR_INFRA, with `doing` ("read 8 bytes at 0x10") in the text; one that is empty, for what the server does not know, is 1.
 */
int gdb_ask(struct gdb *g, const char *command, const char *doing, int64_t deadline_ms, struct err *e);

/* For a command that is answered by several packets: wait for the next reply. */
int gdb_reply(struct gdb *g, const char *doing, int64_t deadline_ms, struct err *e);

#endif
