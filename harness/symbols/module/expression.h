/* DWARF expressions, evaluated in a frame. Each ends: there are no loops, and a stack of fixed depth. */
#ifndef RUNTEST_SYMBOLS_EXPRESSION_H
#define RUNTEST_SYMBOLS_EXPRESSION_H

#include "symbols/module/frame.h"

struct expression {
	Dwarf_Attribute *attr; /* where it stands; NULL: in call frame information */
	Dwarf_Op *ops;
	size_t count;
};

/* What it locates, n bytes. NULL, or why they cannot be had. */
const char *expression_bytes(struct frame *f, const struct expression *x, void *bytes, size_t n);

/* The number that it computes: a frame address. */
const char *expression_number(struct frame *f, const struct expression *x, uint64_t *number);

#endif
