/* The arguments of one function in a frame: names, types, values. */
#ifndef RUNTEST_SYMBOLS_ARGUMENT_H
#define RUNTEST_SYMBOLS_ARGUMENT_H

#include "symbols/module/frame.h"

void argument_list(struct frame *f, Dwarf_Die *function, struct arena *a, struct symbols_call *call);

#endif
