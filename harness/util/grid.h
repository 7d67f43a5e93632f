/* Text in columns: cells are collected row by row, and printed once every column's width is known. */
#ifndef RUNTEST_UTIL_GRID_H
#define RUNTEST_UTIL_GRID_H

#include <stddef.h>

#include "util/buf.h"

enum { GRID_MAX_COLUMNS = 16 };

struct grid_cell {
	char *text;
	const char *colour;
};

struct grid {
	const char *align; /* one letter per column: 'l' or 'r' */
	size_t columns;
	struct grid_cell *cells; /* row after row */
	size_t count, room;
};

/* `align` ("llrr") gives the number of columns as well, at most GRID_MAX_COLUMNS; it must stay. */
void grid_init(struct grid *g, const char *align);
void grid_finish(struct grid *g);

/* The next cell; rows fill up from left to right. Whatever the text holds, it is made harmless; a cell of several lines
 * makes a taller row. */
void grid_add(struct grid *g, const char *text);
void grid_printf(struct grid *g, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* One cell for each of a NULL-terminated list: a row of headings. */
void grid_add_all(struct grid *g, const char *const *texts);

/* The cell added last is printed in this colour (an SGR sequence that must stay; NULL: none). */
void grid_colour(struct grid *g, const char *colour);

/* All rows, each line behind `indent`, columns two spaces apart, nothing trailing. */
void grid_print(const struct grid *g, const char *indent, struct buf *out);

#endif
