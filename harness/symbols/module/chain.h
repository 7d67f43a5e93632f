/* The functions that an address is inside of, inlined ones included, as the debug information nests them. */
#ifndef RUNTEST_SYMBOLS_CHAIN_H
#define RUNTEST_SYMBOLS_CHAIN_H

#include "symbols/module/object.h"

enum { CHAIN_MAX = 64 };

struct chain {
	Dwarf_Die unit;
	Dwarf_Die functions[CHAIN_MAX]; /* outermost first: the real function, then what is inlined into it */
	size_t count;                   /* 0: in none, or no debug information there */
	bool in_unit;                   /* unit is set */
};

/* `address` is the file's. */
void chain_find(const struct object *o, uint64_t address, struct chain *c);

/* Function, file and line of each, innermost first, into p->calls; arguments are left empty. Assembly has lines but no
 * functions: there the symbol stands for one. */
void chain_calls(struct chain *c, uint64_t address, struct arena *a, struct symbols_place *p);

#endif
