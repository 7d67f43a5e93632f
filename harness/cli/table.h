/* Aligned columns for the terminal: cells in rows, a cell of several lines makes a taller row. */
#ifndef RUNTEST_CLI_TABLE_H
#define RUNTEST_CLI_TABLE_H

#include <stddef.h>
#include <stdio.h>

struct table {
	size_t columns;
	char **cells; /* row by row; each malloc'd */
	size_t count, room;
};

/* `headings` are the first row's cells, NULL-terminated. */
void table_init(struct table *t, const char *const *headings);
void table_finish(struct table *t);

/* The next cell; NULL and "" are shown as "-". Lines are parted by \n. */
void table_add(struct table *t, const char *text);

/* Print it without trailing blanks. Widths count characters of UTF-8. */
void table_print(FILE *out, const struct table *t);

#endif
