/*
 * Frame pointers: where a function's caller is when there is no call frame information. The code in front of the
 * place tells whether the function has laid down its frame by then: the compiler's way of doing so is known.
 */
#ifndef RUNTEST_SYMBOLS_PROLOGUE_H
#define RUNTEST_SYMBOLS_PROLOGUE_H

#include "symbols/module/frame.h"

struct prologue {
	bool saved_ra; /* the return address is on the stack, below the frame pointer or above */
	bool set_fp;   /* the frame pointer is this function's */
};

/* From the beginning of the function to f->pc. A caller has called, and has its frame; what is not known to be code is
 * taken for one that has. */
struct prologue prologue_before(const struct frame *f);

#endif
