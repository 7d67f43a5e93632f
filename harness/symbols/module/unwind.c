#include "symbols/module/unwind.h"

#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "symbols/module/expression.h"
#include "symbols/module/prologue.h"

#define X "0x%" PRIx64

/* The table of a place, to be freed, or NULL. */
static Dwarf_Frame *table_of(const struct frame *f)
{
	const struct object *o = f->object;
	Dwarf_CFI *const cfi[] = {o->debug_frame, o->eh_frame};
	Dwarf_Frame *table;

	for (size_t i = 0; i < 2; i++)
		if (cfi[i] && dwarf_cfi_addrframe(cfi[i], f->lookup - o->bias, &table) == 0)
			return table;
	return NULL;
}

void unwind_cfa(struct frame *f)
{
	Dwarf_Frame *table = f->object ? table_of(f) : NULL;
	struct expression x = {0};

	if (table && dwarf_frame_cfa(table, &x.ops, &x.count) == 0 && x.count)
		f->cfa_known = !expression_number(f, &x, &f->cfa);
	free(table);
}

/* What the table says of one register of the caller. False: it cannot be had. */
static bool recover(struct frame *f, Dwarf_Frame *table, int number, uint64_t *value)
{
	Dwarf_Op three[3];
	struct expression x = {0};

	if (dwarf_frame_register(table, number, three, &x.ops, &x.count) != 0)
		return false;
	if (x.count)
		return !expression_bytes(f, &x, value, sizeof *value);
	if (x.ops) /* undefined */
		return false;
	return (frame_callee_saves(f->object, number) || number == frame_ra(f->object)) &&
	       frame_register(f, number, value) == 0;
}

static const char *by_table(struct frame *f, Dwarf_Frame *table, struct frame *caller)
{
	int ra = dwarf_frame_info(table, NULL, NULL, NULL), sp = frame_sp(f->object);

	if (!f->cfa_known)
		return "the frame's address cannot be computed";
	if (ra < 0 || ra >= FRAME_REGISTERS || !recover(f, table, ra, &caller->pc))
		return "no caller";
	for (int i = 0; i < FRAME_REGISTERS; i++)
		caller->known[i] = i != sp && recover(f, table, i, &caller->values[i]);
	caller->known[sp] = true;
	caller->values[sp] = f->cfa;
	return NULL;
}

static const char *unreadable(struct arena *a, uint64_t address)
{
	return arena_printf(a, "the stack cannot be read at " X, address);
}

static const char *read_words(struct frame *f, uint64_t address, uint64_t words[2], struct arena *a)
{
	if (f->machine->read_memory(f->machine->user, address, words, 2 * sizeof *words) < 0)
		return unreadable(a, address);
	return NULL;
}

/* aarch64: fp points at { the caller's fp, return address }. riscv64: they are below it, and in a function that calls
 * nothing the caller's fp stands alone, in the place of the return address. */
static const char *by_pointer(struct frame *f, struct frame *caller, uint64_t *higher, struct arena *a)
{
	struct prologue p = prologue_before(f);
	int fp_number = frame_fp(f->object), ra_number = frame_ra(f->object);
	bool arm = f->object->machine == EM_AARCH64;
	uint64_t fp, pair[2] = {0};
	const char *why;

	if (frame_register(f, fp_number, &fp) < 0)
		return "the frame pointer is not known";
	caller->known[fp_number] = true;
	if (p.set_fp) {
		if (fp == 0)
			return "no caller";
		if (fp % 8 || (!arm && fp < 16))
			return arena_printf(a, "the frame pointer " X " is none", fp);
		why = read_words(f, arm ? fp : fp - 16, pair, a);
		if (why)
			return why;
		caller->values[fp_number] = p.saved_ra || arm ? pair[0] : pair[1];
		*higher = arm ? fp + 16 : fp;
	} else {
		caller->values[fp_number] = fp;
	}
	caller->pc = pair[1];
	if ((!p.set_fp || !p.saved_ra) && frame_register(f, ra_number, &caller->pc) < 0)
		return "the return address is not known";
	return NULL;
}

const char *unwind_caller(struct frame *f, struct frame *caller, enum symbols_found *how, uint64_t *higher,
			  struct arena *a)
{
	Dwarf_Frame *table = table_of(f);
	const char *why;

	*caller = (struct frame){.machine = f->machine};
	*higher = 0;
	if (table && f->cfa_known) {
		*how = SYMBOLS_FOUND_FRAME_INFO;
		*higher = f->cfa;
		why = by_table(f, table, caller);
	} else {
		*how = SYMBOLS_FOUND_FRAME_POINTER;
		why = by_pointer(f, caller, higher, a);
	}
	free(table);
	if (!why && caller->pc == 0)
		why = "no caller";
	caller->lookup = caller->pc - 1;
	return why;
}
