#include "symbols/module/expression.h"

#include <dwarf.h>
#include <string.h>

enum { STACK_MAX = 64 };

enum place { PLACE_STACK_ADDRESS, PLACE_REGISTER, PLACE_STACK_VALUE, PLACE_BLOCK };

struct run {
	struct frame *frame;
	const struct expression *x;
	uint64_t stack[STACK_MAX];
	size_t depth;
	enum place place;
	int reg;           /* PLACE_REGISTER */
	Dwarf_Block block; /* PLACE_BLOCK */
	const char *error; /* the first one */
	bool in_frame_base;
	uint8_t *out;
	size_t size, filled;
};

static const char no_register[] = "held in a register that was not saved";
static const char damaged[] = "the debug information about it is damaged";
static const char unknown[] = "the debug information tells it in a way that is not read here";
static const char optimised[] = "optimised out";
static const char at_entry[] = "only its value at the function's entry is told";

static void fail(struct run *r, const char *why)
{
	if (!r->error)
		r->error = why;
}

static void push(struct run *r, uint64_t v)
{
	if (r->depth == STACK_MAX)
		fail(r, damaged);
	else
		r->stack[r->depth++] = v;
}

static uint64_t pop(struct run *r)
{
	if (!r->depth) {
		fail(r, damaged);
		return 0;
	}
	return r->stack[--r->depth];
}

static void push_register(struct run *r, uint64_t number, uint64_t offset)
{
	uint64_t v = 0;

	if (number >= FRAME_REGISTERS || frame_register(r->frame, (int)number, &v) < 0)
		fail(r, no_register);
	push(r, v + offset);
}

static void push_memory(struct run *r, size_t n)
{
	uint64_t address = pop(r), v = 0;

	if (n == 0 || n > sizeof v)
		fail(r, damaged);
	else if (!r->error && r->frame->machine->read_memory(r->frame->machine->user, address, &v, n) < 0)
		fail(r, "its memory cannot be read");
	push(r, v);
}

/* The frame base of a function may not be told by itself. */
static void push_frame_base(struct run *r, uint64_t offset)
{
	struct expression base;
	Dwarf_Attribute attr;
	uint64_t v = 0;
	struct frame *f = r->frame;

	if (r->in_frame_base || !f->function || !dwarf_attr_integrate(f->function, DW_AT_frame_base, &attr) ||
	    dwarf_getlocation_addr(&attr, f->lookup - f->object->bias, &base.ops, &base.count, 1) != 1) {
		fail(r, unknown);
		return;
	}
	base.attr = &attr;
	{
		const char *why = expression_number(f, &base, &v);

		if (why)
			fail(r, why);
	}
	push(r, v + offset);
}

static uint64_t divide(struct run *r, int64_t a, int64_t b)
{
	if (b == 0 || (a == INT64_MIN && b == -1)) {
		fail(r, damaged);
		return 0;
	}
	return (uint64_t)(a / b);
}

static uint64_t modulo(struct run *r, uint64_t a, uint64_t b)
{
	if (b == 0) {
		fail(r, damaged);
		return 0;
	}
	return a % b;
}

/* The sign moves in from the left. */
static uint64_t shifted_right(int64_t a, uint64_t by)
{
	uint64_t sign = a < 0 ? UINT64_MAX : 0;

	if (by == 0)
		return (uint64_t)a;
	return by < 64 ? (uint64_t)a >> by | sign << (64 - by) : sign;
}

/* Whether the operation is one of two operands; b is the top of the stack. */
static bool binary(struct run *r, int atom)
{
	uint64_t b, a;

	switch (atom) {
	case DW_OP_and: case DW_OP_div: case DW_OP_minus: case DW_OP_mod: case DW_OP_mul: case DW_OP_or: case DW_OP_plus:
	case DW_OP_shl: case DW_OP_shr: case DW_OP_shra: case DW_OP_xor: case DW_OP_eq: case DW_OP_ge: case DW_OP_gt:
	case DW_OP_le: case DW_OP_lt: case DW_OP_ne:
		break;
	default:
		return false;
	}
	b = pop(r);
	a = pop(r);
	switch (atom) {
	case DW_OP_and: push(r, a & b); break;
	case DW_OP_div: push(r, divide(r, (int64_t)a, (int64_t)b)); break;
	case DW_OP_minus: push(r, a - b); break;
	case DW_OP_mod: push(r, modulo(r, a, b)); break;
	case DW_OP_mul: push(r, a * b); break;
	case DW_OP_or: push(r, a | b); break;
	case DW_OP_plus: push(r, a + b); break;
	case DW_OP_shl: push(r, b < 64 ? a << b : 0); break;
	case DW_OP_shr: push(r, b < 64 ? a >> b : 0); break;
	case DW_OP_shra: push(r, shifted_right((int64_t)a, b)); break;
	case DW_OP_xor: push(r, a ^ b); break;
	case DW_OP_eq: push(r, a == b); break;
	case DW_OP_ge: push(r, (int64_t)a >= (int64_t)b); break;
	case DW_OP_gt: push(r, (int64_t)a > (int64_t)b); break;
	case DW_OP_le: push(r, (int64_t)a <= (int64_t)b); break;
	case DW_OP_lt: push(r, (int64_t)a < (int64_t)b); break;
	default: push(r, a != b); break;
	}
	return true;
}

static void pick(struct run *r, size_t from_top)
{
	if (from_top >= r->depth)
		fail(r, damaged);
	else
		push(r, r->stack[r->depth - 1 - from_top]);
}

static void swap_top(struct run *r)
{
	uint64_t b = pop(r), a = pop(r);

	push(r, b);
	push(r, a);
}

/* Cut or extended to a base type; a type at offset 0 is the machine's word. */
static void convert(struct run *r, Dwarf_Op *op)
{
	Dwarf_Attribute attr;
	Dwarf_Die type;
	Dwarf_Word encoding = 0;
	uint64_t v;
	int bits;

	if (op->number == 0)
		return;
	if (!r->x->attr || dwarf_getlocation_die(r->x->attr, op, &type) != 0) {
		fail(r, unknown);
		return;
	}
	bits = dwarf_bytesize(&type) * 8;
	if (dwarf_formudata(dwarf_attr(&type, DW_AT_encoding, &attr), &encoding) != 0 || bits <= 0 || bits > 64 ||
	    encoding == DW_ATE_float) {
		fail(r, unknown);
		return;
	}
	v = pop(r);
	if (bits < 64) {
		v &= (UINT64_C(1) << bits) - 1;
		if ((encoding == DW_ATE_signed || encoding == DW_ATE_signed_char) && v >> (bits - 1))
			v |= ~((UINT64_C(1) << bits) - 1);
	}
	push(r, v);
}

static void compute(struct run *r, Dwarf_Op *op)
{
	int atom = op->atom;

	if (binary(r, atom))
		return;
	if (atom >= DW_OP_lit0 && atom <= DW_OP_lit31) {
		push(r, (uint64_t)(atom - DW_OP_lit0));
		return;
	}
	if (atom >= DW_OP_breg0 && atom <= DW_OP_breg31) {
		push_register(r, (uint64_t)(atom - DW_OP_breg0), op->number);
		return;
	}
	switch (atom) {
	case DW_OP_addr: push(r, op->number + r->frame->object->bias); break;
	case DW_OP_const1u: case DW_OP_const1s: case DW_OP_const2u: case DW_OP_const2s: case DW_OP_const4u:
	case DW_OP_const4s: case DW_OP_const8u: case DW_OP_const8s: case DW_OP_constu: case DW_OP_consts:
		push(r, op->number);
		break;
	case DW_OP_bregx: push_register(r, op->number, op->number2); break;
	case DW_OP_fbreg: push_frame_base(r, op->number); break;
	case DW_OP_call_frame_cfa:
		if (!r->frame->cfa_known)
			fail(r, "the frame's address is not known");
		push(r, r->frame->cfa);
		break;
	case DW_OP_plus_uconst: push(r, pop(r) + op->number); break;
	case DW_OP_deref: push_memory(r, 8); break;
	case DW_OP_deref_size: push_memory(r, op->number); break;
	case DW_OP_dup: pick(r, 0); break;
	case DW_OP_over: pick(r, 1); break;
	case DW_OP_pick: pick(r, op->number); break;
	case DW_OP_drop: pop(r); break;
	case DW_OP_swap: swap_top(r); break;
	case DW_OP_neg: push(r, 0 - pop(r)); break;
	case DW_OP_not: push(r, ~pop(r)); break;
	case DW_OP_convert: case DW_OP_GNU_convert: convert(r, op); break;
	case DW_OP_nop: break;
	case DW_OP_entry_value: case DW_OP_GNU_entry_value: fail(r, at_entry); break;
	case DW_OP_implicit_pointer: case DW_OP_GNU_implicit_pointer: fail(r, optimised); break;
	default: fail(r, unknown); break;
	}
}

/* n bytes from where the expression has come to. */
static void emit(struct run *r, size_t n)
{
	uint8_t *to = r->out + r->filled;
	uint64_t v = 0;

	if (n > r->size - r->filled) {
		fail(r, damaged);
		return;
	}
	if (r->place == PLACE_BLOCK) {
		if (n > r->block.length)
			fail(r, damaged);
		else
			memcpy(to, r->block.data, n);
	} else if (r->place == PLACE_STACK_ADDRESS) {
		if (!r->depth)
			fail(r, optimised); /* a piece that is nowhere */
		else if (r->frame->machine->read_memory(r->frame->machine->user, pop(r), to, n) < 0)
			fail(r, "its memory cannot be read");
	} else if (n > sizeof v) {
		fail(r, unknown);
	} else {
		if (r->place == PLACE_STACK_VALUE)
			v = pop(r);
		else if (frame_register(r->frame, r->reg, &v) < 0)
			fail(r, no_register);
		memcpy(to, &v, n); /* little endian, both the guests and the hosts that are supported */
	}
	r->filled += n;
	r->place = PLACE_STACK_ADDRESS;
}

static void step(struct run *r, Dwarf_Op *op)
{
	int atom = op->atom;

	if (atom >= DW_OP_reg0 && atom <= DW_OP_reg31) {
		r->place = PLACE_REGISTER;
		r->reg = atom - DW_OP_reg0;
	} else if (atom == DW_OP_regx) {
		r->place = PLACE_REGISTER;
		r->reg = op->number < FRAME_REGISTERS ? (int)op->number : FRAME_REGISTERS;
	} else if (atom == DW_OP_stack_value) {
		r->place = PLACE_STACK_VALUE;
	} else if (atom == DW_OP_implicit_value) {
		r->place = PLACE_BLOCK;
		if (!r->x->attr || dwarf_getlocation_implicit_value(r->x->attr, op, &r->block) != 0)
			fail(r, damaged);
	} else if (atom == DW_OP_piece) {
		if (r->out)
			emit(r, op->number);
		else
			fail(r, damaged);
	} else {
		compute(r, op);
	}
}

static void run(struct run *r)
{
	for (size_t i = 0; i < r->x->count && !r->error; i++)
		step(r, &r->x->ops[i]);
}

const char *expression_bytes(struct frame *f, const struct expression *x, void *bytes, size_t n)
{
	struct run r = {.frame = f, .x = x, .out = bytes, .size = n};

	if (!x->count)
		return optimised;
	run(&r);
	if (!r.error && r.filled == 0)
		emit(&r, n);
	if (!r.error && r.filled < n)
		fail(&r, optimised);
	return r.error;
}

const char *expression_number(struct frame *f, const struct expression *x, uint64_t *number)
{
	struct run r = {.frame = f, .x = x, .in_frame_base = true};

	run(&r);
	if (!r.error && r.place == PLACE_REGISTER && frame_register(f, r.reg, number) < 0)
		fail(&r, no_register);
	else if (!r.error && r.place != PLACE_REGISTER)
		*number = pop(&r);
	return r.error;
}
