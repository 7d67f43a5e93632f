/* A growable run of bytes; always NUL-terminated behind `len`, so that text can be read in place. */
#ifndef RUNTEST_UTIL_BUF_H
#define RUNTEST_UTIL_BUF_H

#include <stddef.h>

struct buf {
	char *data; /* NULL until the first byte */
	size_t len, room;
};

void buf_init(struct buf *b);
void buf_finish(struct buf *b);
void buf_clear(struct buf *b); /* keeps the room */
void buf_add(struct buf *b, const void *p, size_t n);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_drop_front(struct buf *b, size_t n); /* forget the first n bytes (n <= len) */
char *buf_steal(struct buf *b);               /* the caller frees; never NULL; b is empty afterwards */

#endif
