/* Types: their names, and values of them as text. Chains of types in a damaged file may be endless: they are cut. */
#ifndef RUNTEST_SYMBOLS_TYPE_H
#define RUNTEST_SYMBOLS_TYPE_H

#include <elfutils/libdw.h>
#include <stdint.h>

#include "util/mem.h"

enum { TYPE_VALUE_MAX = 64 }; /* bytes; larger values are not read */

/* The type that the attribute DW_AT_type of a DIE names. -1: none. */
int type_of(Dwarf_Die *die, Dwarf_Die *type);

const char *type_name(Dwarf_Die *type, struct arena *a);

/* In bytes; 0: not known. */
size_t type_size(Dwarf_Die *type);

const char *type_value(Dwarf_Die *type, const void *bytes, size_t n, struct arena *a);

#endif
