/*
 * Which untypeds were cleared, and what they took along: memory is cleared an untyped at a time, so that pages of one that
 * are lost together have one cause. Out of a session's evidence, without a second look at memory.
 */
#ifndef RUNTEST_RESULT_UNTYPED_H
#define RUNTEST_RESULT_UNTYPED_H

#include "result/model.h"

/* An untyped that the software printed. */
struct told_untyped {
	uint64_t start, end; /* physical, end exclusive */
};

/*
 * Fill ev->untypeds from ev->pages: of every region its pages that were cleared, wholly or in part, when it was first
 * looked at from the first loss on. Pages in a told untyped are that one's (the least that holds them); others are put into
 * the least naturally aligned blocks of a power of two that hold all of a run and no page that is still there. From the
 * arena; nothing lost: none.
 */
void untypeds_find(struct session_evidence *ev, const struct told_untyped *told, size_t told_count, struct arena *a);

#endif
