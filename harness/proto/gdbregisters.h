/*
 * Registers of a target by name: from the target descriptions that a server offers (XML, one document including others),
 * or from what GDB itself assumes of an architecture that was not described. No I/O; nothing is trusted.
 */
#ifndef RUNTEST_PROTO_GDBREGISTERS_H
#define RUNTEST_PROTO_GDBREGISTERS_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

enum { GDB_REGISTER_NAME = 32, GDB_REGISTER_MAX = 4096 };

struct gdb_register {
	char name[GDB_REGISTER_NAME];
	unsigned number; /* as `p` takes it */
	unsigned bits;   /* at most 64 are of use here; vectors have more */
};

struct gdb_registers {
	struct gdb_register *items;
	size_t count, room;
	unsigned next; /* number of a register that does not say */
};

void gdb_registers_init(struct gdb_registers *r);
void gdb_registers_finish(struct gdb_registers *r);

/*
 * The registers of one document are added. Documents that it includes are named in `includes`, each followed by a newline;
 * they belong in their order where they are named, and servers name them before they describe anything themselves. False:
 * too many registers, or one without a name or size; what came before is there.
 */
bool gdb_registers_read(struct gdb_registers *r, const char *xml, size_t n, struct buf *includes);

/* GDB's own numbering: x0 to x30, sp, pc, cpsr; or zero, ra, sp, ..., t6, pc. */
void gdb_registers_of_aarch64(struct gdb_registers *r);
void gdb_registers_of_riscv64(struct gdb_registers *r);

/* The first of that name, or NULL. */
const struct gdb_register *gdb_registers_find(const struct gdb_registers *r, const char *name);

#endif
