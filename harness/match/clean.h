/*
 * Cleans a console stream as it comes: NUL bytes, the CRs right before an LF and ANSI escapes (ECMA-48 control
 * sequences and control strings, the common two- and three-byte ones) are left out; all else passes through with its
 * place.
 *
 * It would rather keep too much than too little: what is no well-formed escape of at most CLEAN_HOLD bytes without a
 * control character in it comes out as it went in, so that a stray ESC never hides what stands behind it.
 */
#ifndef RUNTEST_MATCH_CLEAN_H
#define RUNTEST_MATCH_CLEAN_H

#include <stddef.h>
#include <stdint.h>

#include "match/text.h"

enum { CLEAN_HOLD = 512 }; /* systemd's OSC 3008 marks come to some 350 bytes */

struct cleaner {
	int state;
	uint64_t raw; /* the log offset of the next byte fed */
	size_t held;  /* bytes that may yet turn out to be an escape, or CRs before an LF */
	char hold[CLEAN_HOLD];
};

void clean_init(struct cleaner *c);

/* The cleaned bytes are added to `out`, with their places in the log. */
void clean_feed(struct cleaner *c, struct text *out, const void *bytes, size_t n);

/* Nothing more comes: an escape that stopped half-way is plain text after all. */
void clean_end(struct cleaner *c, struct text *out);

/* The log offset before which it is decided what is kept. */
uint64_t clean_decided(const struct cleaner *c);

#endif
