#include "proto/gdbdigits.h"

#include <string.h>

int gdb_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool gdb_text_number(const struct gdb_text *t, uint64_t *number)
{
	*number = 0;
	for (size_t i = 0; i < t->n; i++) {
		int digit = gdb_digit(t->at[i]);

		if (digit < 0 || *number >> 60)
			return false;
		*number = *number << 4 | (uint64_t)digit;
	}
	return t->n > 0;
}

bool gdb_text_next(struct gdb_text *rest, char separator, struct gdb_text *piece)
{
	const char *end = rest->n ? memchr(rest->at, separator, rest->n) : NULL;

	*piece = *rest;
	if (!rest->n)
		return false;
	if (end)
		piece->n = (size_t)(end - rest->at);
	rest->at += piece->n + (end != NULL);
	rest->n -= piece->n + (end != NULL);
	return true;
}
