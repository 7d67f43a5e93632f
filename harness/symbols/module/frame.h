/* One frame of a stopped machine: what its registers hold, as far as it is known. */
#ifndef RUNTEST_SYMBOLS_FRAME_H
#define RUNTEST_SYMBOLS_FRAME_H

#include "symbols/module/object.h"

enum { FRAME_REGISTERS = 32 }; /* by DWARF number; the program counter has none on either architecture */

struct frame {
	const struct object *object; /* of pc; NULL: in none */
	const struct symbols_machine *machine;
	uint64_t pc;
	uint64_t lookup; /* what to look up: a return address stands behind its call; pc or pc - 1 */
	uint64_t values[FRAME_REGISTERS];
	bool known[FRAME_REGISTERS];
	bool innermost; /* registers that are not known are the machine's to tell */
	uint64_t cfa;
	bool cfa_known;
	Dwarf_Die *function; /* the real one, whose frame base others are told by; NULL: not known */
};

/* -1: not known. */
int frame_register(struct frame *f, int number, uint64_t *value);

/* Which register is what. */
int frame_sp(const struct object *o);
int frame_fp(const struct object *o);
int frame_ra(const struct object *o); /* the link register */

/* Must a function leave it as it was (the procedure call standard)? */
bool frame_callee_saves(const struct object *o, int number);

#endif
