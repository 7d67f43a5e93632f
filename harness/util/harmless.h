/*
 * What a board sends, as it comes, made harmless to the terminal that shows it: nothing gets through but printable UTF-8,
 * tabs and newlines. All else is spelled out, as text_add_lines() in util/text.h does: escape sequences and C1 controls,
 * which would move the cursor, rename the window or put words into the user's mouth, and the marks that turn the
 * direction of writing. However the bytes are cut, the same comes out.
 *
 * Carriage returns end in front of a newline, however many there are; one that stands alone begins a new line, so that a
 * board cannot write over what it has said.
 */
#ifndef RUNTEST_UTIL_HARMLESS_H
#define RUNTEST_UTIL_HARMLESS_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

enum { HARMLESS_HOLD = 4 }; /* bytes of a UTF-8 character */

struct harmless {
	char hold[HARMLESS_HOLD]; /* the beginning of a character */
	size_t held;
	bool returned; /* carriage returns have come, and it is open what follows */
	bool midway;   /* something stands on the line */
};

void harmless_init(struct harmless *h);

/* The text of the bytes is added to `out`. */
void harmless_feed(struct harmless *h, struct buf *out, const void *bytes, size_t n);

/* Nothing more comes: a character that stopped half-way is spelled out. */
void harmless_end(struct harmless *h, struct buf *out);

#endif
