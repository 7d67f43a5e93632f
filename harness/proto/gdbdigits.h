/* The small coin of the GDB remote protocol: hexadecimal digits, and texts cut at a separator. Pieces are not copied. */
#ifndef RUNTEST_PROTO_GDBDIGITS_H
#define RUNTEST_PROTO_GDBDIGITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gdb_text {
	const char *at;
	size_t n;
};

int gdb_digit(char c); /* 0..15, or -1 */

/* All of it is digits, at least one, and no more than 64 bits. */
bool gdb_text_number(const struct gdb_text *t, uint64_t *number);

/* The piece up to the separator, which is skipped, or all that is left. False: nothing is left. */
bool gdb_text_next(struct gdb_text *rest, char separator, struct gdb_text *piece);

#endif
