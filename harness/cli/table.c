#include "cli/table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

enum { GAP = 2 };

void table_init(struct table *t, const char *const *headings)
{
	*t = (struct table){.columns = 0};
	for (; headings[t->columns]; t->columns++)
		table_add(t, headings[t->columns]);
}

void table_finish(struct table *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->cells[i]);
	free(t->cells);
}

void table_add(struct table *t, const char *text)
{
	t->cells = xgrow(t->cells, &t->room, t->count + 1, sizeof *t->cells);
	t->cells[t->count++] = xstrdup(text && *text ? text : "-");
}

/* The characters of n bytes of UTF-8. */
static size_t characters(const char *text, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += (text[i] & 0xc0) != 0x80;
	return count;
}

static size_t column_width(const struct table *t, size_t column)
{
	size_t width = 0, n;

	for (size_t i = column; i < t->count; i += t->columns) {
		for (const char *line = t->cells[i]; *line; line += n + (line[n] == '\n')) {
			n = strcspn(line, "\n");
			if (characters(line, n) > width)
				width = characters(line, n);
		}
	}
	return width;
}

/* Line `which` of a text: its start, and its length in *n; NULL when there are fewer. */
static const char *line_of(const char *text, size_t which, size_t *n)
{
	for (; which && text; which--) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	*n = text ? strcspn(text, "\n") : 0;
	return text;
}

/* One line of a row; false when no cell reaches that far down. */
static bool print_line(FILE *out, const struct table *t, char *const *row, size_t which, const size_t *widths)
{
	size_t n, blanks = 0;
	const char *line;
	bool any = false;

	for (size_t i = 0; i < t->columns; i++) {
		line = line_of(row[i], which, &n);
		if (line) {
			fprintf(out, "%*s%.*s", (int)blanks, "", (int)n, line);
			blanks = 0;
			any = true;
		}
		blanks += widths[i] - (line ? characters(line, n) : 0) + GAP;
	}
	if (any)
		fputc('\n', out);
	return any;
}

void table_print(FILE *out, const struct table *t)
{
	size_t *widths = xcalloc(t->columns, sizeof *widths);

	for (size_t i = 0; i < t->columns; i++)
		widths[i] = column_width(t, i);
	for (size_t i = 0; i + t->columns <= t->count; i += t->columns)
		for (size_t which = 0; print_line(out, t, t->cells + i, which, widths); which++)
			;
	free(widths);
}
