#include "session/echo.h"

#include <stdio.h>

enum { LONGEST = 4096 }; /* a longer line is broken, so that a board without newlines is seen too */

void echo_init(struct echo *e, const char *prefix)
{
	e->prefix = prefix;
	buf_init(&e->line);
}

static void print_line(struct echo *e)
{
	if (e->line.len)
		fprintf(stderr, "%s| %s\n", e->prefix, e->line.data);
	buf_clear(&e->line);
}

void echo_add(struct echo *e, const char *bytes, size_t n)
{
	if (!e->prefix)
		return;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c == '\n' || e->line.len >= LONGEST)
			print_line(e);
		if (c == '\n' || c == '\r')
			continue;
		if (c == '\t' || (c >= 0x20 && c < 0x7f))
			buf_addc(&e->line, (char)c);
		else
			buf_printf(&e->line, "\\x%02x", c);
	}
}

void echo_finish(struct echo *e)
{
	if (e->prefix)
		print_line(e);
	buf_finish(&e->line);
}
