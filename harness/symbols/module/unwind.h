/* From a frame to its caller's. */
#ifndef RUNTEST_SYMBOLS_UNWIND_H
#define RUNTEST_SYMBOLS_UNWIND_H

#include "symbols/module/frame.h"

/* Find f's address on the stack (f->cfa) where call frame information tells it. */
void unwind_cfa(struct frame *f);

/*
 * The caller of f, whose object the caller of this function looks up. NULL, or why there is none (from the arena, or
 * constant). *higher is where on the stack it was found to begin: it must grow from frame to frame.
 */
const char *unwind_caller(struct frame *f, struct frame *caller, enum symbols_found *how, uint64_t *higher,
			  struct arena *a);

#endif
