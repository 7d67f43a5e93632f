#include "util/grid.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"
#include "util/utf8.h"

enum { GAP = 2 };

void grid_init(struct grid *g, const char *align)
{
	*g = (struct grid){.align = align, .columns = strlen(align)};
}

void grid_finish(struct grid *g)
{
	for (size_t i = 0; i < g->count; i++)
		free(g->cells[i].text);
	free(g->cells);
	memset(g, 0, sizeof *g);
}

void grid_add(struct grid *g, const char *text)
{
	struct buf b = {0};

	text_add_lines(&b, text, strlen(text));
	for (size_t i = 0; i < b.len; i++)
		if (b.data[i] == '\t') /* would go to a column of its own choice */
			b.data[i] = ' ';
	g->cells = xgrow(g->cells, &g->room, g->count + 1, sizeof *g->cells);
	g->cells[g->count++] = (struct grid_cell){.text = buf_steal(&b)};
}

void grid_printf(struct grid *g, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	grid_add(g, text);
	free(text);
}

void grid_add_all(struct grid *g, const char *const *texts)
{
	for (; *texts; texts++)
		grid_add(g, *texts);
}

void grid_colour(struct grid *g, const char *colour)
{
	g->cells[g->count - 1].colour = colour;
}

static size_t cell_width(const char *text)
{
	size_t widest = 0, n, width;

	for (; *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		width = utf8_width(text, n);
		if (width > widest)
			widest = width;
	}
	return widest;
}

/* Line `which` of a text: its start, and its length in *n; "" when there are fewer. */
static const char *line_of(const char *text, size_t which, size_t *n)
{
	for (; which && text; which--) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	*n = text ? strcspn(text, "\n") : 0;
	return text ? text : "";
}

static size_t row_height(const struct grid_cell *row, size_t columns)
{
	size_t height = 1, n;

	for (size_t i = 0; i < columns; i++)
		while (*line_of(row[i].text, height, &n))
			height++;
	return height;
}

/* Blanks are owed until there is something behind them: so none trail. */
static void print_line(const struct grid *g, const struct grid_cell *row, size_t columns, size_t which,
		       const size_t *wide, struct buf *out)
{
	size_t owed = 0, n;

	for (size_t i = 0; i < columns; i++) {
		const char *line = line_of(row[i].text, which, &n), *colour = n ? row[i].colour : NULL;
		size_t blank = wide[i] - utf8_width(line, n), before = g->align[i] == 'r' ? blank : 0;

		if (n) {
			buf_printf(out, "%*s%s", (int)(owed + before), "", colour ? colour : "");
			buf_add(out, line, n);
			buf_adds(out, colour ? "\033[0m" : "");
			owed = 0;
		} else {
			owed += before;
		}
		owed += blank - before + GAP;
	}
	buf_addc(out, '\n');
}

void grid_print(const struct grid *g, const char *indent, struct buf *out)
{
	size_t wide[GRID_MAX_COLUMNS] = {0};

	for (size_t i = 0; i < g->count; i++) {
		size_t width = cell_width(g->cells[i].text), *column = &wide[i % g->columns];

		*column = width > *column ? width : *column;
	}
	for (size_t i = 0; i < g->count; i += g->columns) {
		const struct grid_cell *row = &g->cells[i];
		size_t columns = g->count - i < g->columns ? g->count - i : g->columns;
		size_t height = row_height(row, columns);

		for (size_t which = 0; which < height; which++) {
			buf_adds(out, indent);
			print_line(g, row, columns, which, wide, out);
		}
	}
}
