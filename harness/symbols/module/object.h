/*
 * One ELF file as the module sees it: its bytes, its symbol table, and libdw's view of it. The addresses here are those
 * of the file: callers subtract the bias.
 */
#ifndef RUNTEST_SYMBOLS_OBJECT_H
#define RUNTEST_SYMBOLS_OBJECT_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "symbols/symbols.h"
#include "util/buf.h"

struct object_symbol {
	uint64_t address, size;
	const char *name; /* inside the file */
	bool function, global;
};

struct object_segment {
	uint64_t start, end; /* virtual; end is behind it */
	uint64_t offset, filesz;
};

struct object_unit {
	uint64_t start, end;
	Dwarf_Off die;
};

struct object {
	char *path, *name;
	uint64_t bias;
	struct buf bytes;
	uint16_t machine; /* EM_AARCH64, EM_RISCV */
	Elf *elf;
	Dwarf *dwarf; /* NULL: no debug information */
	Dwarf_CFI *debug_frame, *eh_frame; /* NULL: none; the first belongs to dwarf, the second to us */
	struct object_symbol *symbols; /* by address */
	size_t symbol_count, symbol_room;
	struct object_segment *segments;
	size_t segment_count, segment_room;
	struct object_unit *units; /* by start */
	size_t unit_count, unit_room;
};

struct object *object_open(const struct symbols_file *f, struct err *e);
void object_close(struct object *o);

bool object_covers(const struct object *o, uint64_t address);

/* The symbol that an address belongs to, or NULL. */
const struct object_symbol *object_symbol_at(const struct object *o, uint64_t address);
const struct object_symbol *object_symbol_named(const struct object *o, const char *name);

/* The unit of compilation of an address. */
bool object_unit_at(const struct object *o, uint64_t address, Dwarf_Die *unit);

/* n bytes of the file's own at an address, or NULL. */
const uint8_t *object_bytes(const struct object *o, uint64_t address, size_t n);

#endif
