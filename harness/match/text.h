/*
 * A stream's newest bytes, kept for searching: addressed by their offset in the stream, forgotten from the front. A
 * byte also remembers where in the raw console log it came from, because a cleaned stream has fewer bytes than the log.
 */
#ifndef RUNTEST_MATCH_TEXT_H
#define RUNTEST_MATCH_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

/* From stream offset `at` on (until the next gap) byte `at + i` is byte `raw + i` of the log. */
struct text_gap {
	uint64_t at, raw;
};

struct text {
	struct buf bytes;
	uint64_t base; /* stream offset of bytes.data[0] */
	uint64_t head; /* stream offset of the first byte that is still remembered */
	struct text_gap *gaps;
	size_t gap_first, gap_count, gap_room;
};

void text_init(struct text *t);
void text_finish(struct text *t);

/* `n` further bytes, which stand at `raw` and on in the log. */
void text_add(struct text *t, uint64_t raw, const void *bytes, size_t n);

/* Forget what stands before stream offset `before` (up to the end; backwards: nothing). */
void text_forget(struct text *t, uint64_t before);

uint64_t text_end(const struct text *t);

/* The byte at a remembered stream offset; the following ones up to the end stand behind it. */
const char *text_at(const struct text *t, uint64_t offset);

struct text_place {
	uint64_t start, end; /* in the log */
};

/* Where the remembered bytes start..end stand in the log, with what was left out between them, but not around them. */
struct text_place text_place(const struct text *t, uint64_t start, uint64_t end);

/* Where the remembered byte at `offset` stands in the log. */
uint64_t text_raw(const struct text *t, uint64_t offset);

/* How many pieces the remembered text came in: what its offsets cost. */
size_t text_gaps(const struct text *t);

#endif
