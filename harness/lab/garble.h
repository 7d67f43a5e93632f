/* A bad line: what it does to the bytes that pass. It counts them, so that the same bytes suffer every time. */
#ifndef RUNTEST_LAB_GARBLE_H
#define RUNTEST_LAB_GARBLE_H

#include <stddef.h>

#include "util/buf.h"

enum garble_kind {
	GARBLE_NOT,
	GARBLE_FLIP,   /* the lowest bit of every Nth byte */
	GARBLE_LOSE,   /* every Nth byte */
	GARBLE_DOUBLE, /* every Nth byte comes twice */
};

struct garble {
	enum garble_kind kind;
	unsigned every;       /* N, from 1 */
	unsigned long passed; /* bytes so far */
};

/* What becomes of n bytes, at the end of out. */
void garble_pass(struct garble *g, const char *bytes, size_t n, struct buf *out);

#endif
