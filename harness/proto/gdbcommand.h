/*
 * Commands to a GDB server: each appends the contents of one packet, which gdb_packet_frame then puts on the wire. Numbers
 * are hexadecimal there. How each is answered stands beside it (proto/gdbreply.h reads it).
 */
#ifndef RUNTEST_PROTO_GDBCOMMAND_H
#define RUNTEST_PROTO_GDBCOMMAND_H

#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

/* What a breakpoint stops at; the numbers are the protocol's. */
enum gdb_point {
	GDB_POINT_SOFTWARE = 0,
	GDB_POINT_HARDWARE = 1,
	GDB_POINT_WRITE = 2,
	GDB_POINT_READ = 3,
	GDB_POINT_ACCESS = 4,
};

/* How it goes on. */
enum gdb_go {
	GDB_GO_CONTINUE,
	GDB_GO_STEP,          /* one instruction */
	GDB_GO_BACK,          /* in reverse, where the server has a record: to the last stop before */
	GDB_GO_STEP_BACK,
};

void gdb_ask_supported(struct buf *out);                                  /* features, or "" */
void gdb_ask_read(struct buf *out, uint64_t address, size_t n);           /* digits; maybe fewer */
void gdb_ask_write(struct buf *out, uint64_t address, const void *bytes, size_t n); /* OK */
void gdb_ask_register(struct buf *out, unsigned number);                  /* digits in the target's byte order */
void gdb_ask_set_register(struct buf *out, unsigned number, const void *bytes, size_t n); /* OK */
void gdb_ask_point(struct buf *out, int set, enum gdb_point kind, uint64_t address, size_t size); /* OK */
void gdb_ask_go(struct buf *out, enum gdb_go how);                        /* a stop reply, once it stops */
void gdb_ask_monitor(struct buf *out, const char *line);                  /* O packets, then OK */
/* One piece of an object such as "features": 'm' (more follows) or 'l' (the last), then bytes. */
void gdb_ask_object(struct buf *out, const char *object, const char *annex, size_t offset, size_t n);

#define GDB_ASK_WHY "?"             /* a stop reply: why it stands still */
#define GDB_ASK_NO_ACK "QStartNoAckMode"
#define GDB_ASK_PHYSICAL "Qqemu.PhyMemMode:1" /* m and M take physical addresses from here on; QEMU only */
#define GDB_ASK_VIRTUAL "Qqemu.PhyMemMode:0"
#define GDB_ASK_KILL "k"            /* no answer */

#endif
