/* Text in columns: cells are collected row by row, and printed once every column's width is known. */
#ifndef RUNTEST_CLI_GRID_H
#define RUNTEST_CLI_GRID_H

#include <stddef.h>

#include "util/buf.h"
#include "util/mem.h"

enum { GRID_MAX_COLUMNS = 16 };

struct grid {
	struct arena arena;
	const char *align;  /* one letter per column: 'l' or 'r' */
	size_t columns;
	char **cells;       /* row after row */
	size_t count, room;
};

/* `align` ("llrr") gives the number of columns as well, at most GRID_MAX_COLUMNS; it must stay. */
void grid_init(struct grid *g, const char *align);
void grid_finish(struct grid *g);

/* The next cell; rows fill up from left to right. Control characters are made harmless. */
void grid_add(struct grid *g, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* All rows, each behind `indent`, columns two spaces apart, nothing trailing. */
void grid_print(const struct grid *g, const char *indent, struct buf *out);

#endif
