/*
 * Sending one file by YMODEM (C. Forsberg, "XMODEM/YMODEM Protocol Reference", 1988): blocks of 1024 bytes with a CRC-16,
 * each sent again until it is acknowledged. Pure: what comes from the receiver goes in byte by byte, what is to be sent
 * stands in `out`. The receiver is U-Boot's `loady`, which asks with 'C' and may miss bytes, as the line may.
 */
#ifndef RUNTEST_PROTO_YMODEM_H
#define RUNTEST_PROTO_YMODEM_H

#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

enum { YMODEM_SMALL = 128, YMODEM_BLOCK = 1024, YMODEM_OVERHEAD = 5, YMODEM_TRIES = 12 };

/* CRC-16/XMODEM: polynomial 0x1021, from 0. */
uint16_t ymodem_crc(const void *bytes, size_t n);

/* A block of `size` (128 or 1024) bytes, of which n are given and the rest is `pad`; appended to `out`. */
void ymodem_packet(struct buf *out, uint8_t number, const void *bytes, size_t n, size_t size, uint8_t pad);

enum ymodem_state {
	YMODEM_WAITS,    /* for the receiver to ask for the file */
	YMODEM_HEADER,   /* its name and size are sent */
	YMODEM_ASKED,    /* they are there; the receiver asks for the content */
	YMODEM_DATA,     /* a block of it is sent */
	YMODEM_END,      /* the end of the file is */
	YMODEM_MORE,     /* that is there; the receiver asks for another file */
	YMODEM_LAST,     /* it has been told that there is none */
	YMODEM_DONE,
	YMODEM_FAILED,   /* see `why` */
};

struct ymodem {
	enum ymodem_state state;
	struct buf out;      /* to be sent; the caller clears it */
	const char *why;     /* in YMODEM_FAILED */
	size_t sent;         /* bytes of the file that the receiver has */
	unsigned again;      /* how often anything was sent again, for a report */

	/* the rest is its own */
	const char *name;
	const uint8_t *bytes;
	size_t size;
	unsigned tries;      /* of what was sent last */
	unsigned asks;       /* 'C's since then */
	unsigned cancels;    /* one after another */
};

/* `name` and `bytes` outlive it. */
void ymodem_init(struct ymodem *y, const char *name, const void *bytes, size_t size);
void ymodem_finish(struct ymodem *y);

/* A byte from the receiver. 0: it belongs to no transfer (an echo, a text of U-Boot's). */
int ymodem_take(struct ymodem *y, uint8_t byte);

/*
 * How long to wait for a byte before that is a timeout, in ms. U-Boot acknowledges a header, but asks for the content only
 * when four seconds have passed without any; and what comes after two of them it throws away. So it gets the content at
 * once, and all else is left to it to ask for again.
 */
int64_t ymodem_patience_ms(const struct ymodem *y);

/* Nothing has come for so long. */
void ymodem_timeout(struct ymodem *y);

#endif
