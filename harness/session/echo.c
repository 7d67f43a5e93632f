#include "session/echo.h"

#include <stdio.h>

#include "util/text.h"

enum { LONGEST = 4096 }; /* a longer line is broken, so that a board without newlines is seen too */

void echo_init(struct echo *e, const char *prefix)
{
	e->prefix = prefix;
	buf_init(&e->line);
}

/* A line is made harmless when all of it is there: a character may come in two pieces. */
static void print_line(struct echo *e)
{
	struct buf text = {0};

	text_add_lines(&text, e->line.data, e->line.len);
	if (text.len && text.data[0] != '\n')
		fprintf(stderr, "%s| %s%s", e->prefix, text.data, text.data[text.len - 1] == '\n' ? "" : "\n");
	buf_finish(&text);
	buf_clear(&e->line);
}

void echo_add(struct echo *e, const char *bytes, size_t n)
{
	if (!e->prefix)
		return;
	for (size_t i = 0; i < n; i++) {
		buf_addc(&e->line, bytes[i]);
		if (bytes[i] == '\n' || e->line.len >= LONGEST)
			print_line(e);
	}
}

void echo_finish(struct echo *e)
{
	if (e->prefix)
		print_line(e);
	buf_finish(&e->line);
}
