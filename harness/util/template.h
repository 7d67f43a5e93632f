/* Texts with variables in them: "${name}" stands for a number. Everything else of a text stands for itself. */
#ifndef RUNTEST_UTIL_TEMPLATE_H
#define RUNTEST_UTIL_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

struct variable {
	const char *name; /* lower-case letters, digits, - and _; a letter first */
	int64_t value;
};

struct variables {
	const struct variable *items; /* the last one of a name counts */
	size_t count;
};

/* Add the text (n bytes, NULs and all) to `out` with every known variable in its place; others stay as they are. */
void template_fill(struct buf *out, const char *text, size_t n, struct variables known);

/* The first variable of the text that is not known, as a piece of it: its name and the name's length; NULL: none. */
const char *template_unknown(const char *text, size_t n, struct variables known, size_t *length);

/* Has the text any variable? */
bool template_has_variable(const char *text, size_t n);

#endif
