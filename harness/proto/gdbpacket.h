/*
 * Packets of the GDB remote protocol ("$CONTENTS#SUM", in the manual of GDB: appendix "Remote Protocol"). A pure codec:
 * bytes in, events out; no I/O. Contents come out as they were meant: runs expanded, escapes resolved, checksum held.
 */
#ifndef RUNTEST_PROTO_GDBPACKET_H
#define RUNTEST_PROTO_GDBPACKET_H

#include <stddef.h>

#include "util/buf.h"
#include "util/err.h"

enum gdb_event {
	GDB_NOTHING, /* no whole packet yet */
	GDB_ACK,     /* "+": the last packet arrived */
	GDB_NAK,     /* "-": the last packet must be sent again */
	GDB_PACKET,  /* in `packet` */
	GDB_NOTICE,  /* a notification ("%..."), in `packet`; nobody acknowledges it */
	GDB_DAMAGED, /* a packet, but not as it was sent; `why` says what was wrong */
};

enum {
	GDB_PACKET_MAX = 1 << 20, /* contents, expanded: more is no packet; servers say some KiB at most */
	GDB_NOISE_MAX = 4096,     /* bytes outside of packets after which nobody speaks this protocol there */
};

struct gdb_decoder {
	struct buf in;     /* not looked at yet */
	struct buf packet; /* of the last GDB_PACKET or GDB_NOTICE; NUL-terminated, and may hold NULs */
	size_t noise;      /* bytes outside of packets since the last one */
	const char *why;   /* of the last GDB_DAMAGED; static */
};

void gdb_decoder_init(struct gdb_decoder *d);
void gdb_decoder_finish(struct gdb_decoder *d);

/* Bytes as they came. */
void gdb_decoder_feed(struct gdb_decoder *d, const char *bytes, size_t n);

/* The next event, or GDB_NOTHING. Overwrites `packet`. */
enum gdb_event gdb_decoder_next(struct gdb_decoder *d);

/* Append one packet with these contents, escaped. */
void gdb_packet_frame(struct buf *out, const char *contents, size_t n);

/* The byte that interrupts a running target; it is no packet. */
#define GDB_INTERRUPT '\003'

#endif
