#include "cli/grid.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void grid_init(struct grid *g, const char *align)
{
	memset(g, 0, sizeof *g);
	arena_init(&g->arena);
	g->align = align;
	g->columns = strlen(align);
}

void grid_finish(struct grid *g)
{
	arena_finish(&g->arena);
	free(g->cells);
	memset(g, 0, sizeof *g);
}

void grid_add(struct grid *g, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	for (char *c = text; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = '?';
	g->cells = xgrow(g->cells, &g->room, g->count + 1, sizeof *g->cells);
	g->cells[g->count++] = arena_strdup(&g->arena, text);
}

/* Columns on the terminal: the bytes that go on with a UTF-8 character take no room of their own. */
static size_t width(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static void print_cell(const struct grid *g, size_t i, size_t wide, struct buf *out)
{
	const char *cell = g->cells[i];
	size_t column = i % g->columns, pad = wide - width(cell);

	buf_adds(out, column ? "  " : "");
	if (g->align[column] == 'r')
		buf_printf(out, "%*s%s", (int)pad, "", cell);
	else
		buf_printf(out, "%s%*s", cell, (int)pad, "");
}

void grid_print(const struct grid *g, const char *indent, struct buf *out)
{
	size_t wide[GRID_MAX_COLUMNS] = {0};

	for (size_t i = 0; i < g->count; i++)
		if (width(g->cells[i]) > wide[i % g->columns])
			wide[i % g->columns] = width(g->cells[i]);
	for (size_t i = 0; i < g->count; i++) {
		if (i % g->columns == 0)
			buf_adds(out, indent);
		print_cell(g, i, wide[i % g->columns], out);
		if ((i + 1) % g->columns && i + 1 < g->count)
			continue;
		while (out->len && out->data[out->len - 1] == ' ')
			out->len--;
		buf_addc(out, '\n');
	}
}
