/* UTF-8 (RFC 3629: no overlong forms, no surrogates), one character at a time, and how wide a terminal draws it. */
#ifndef RUNTEST_UTIL_UTF8_H
#define RUNTEST_UTIL_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The character at p (n >= 1 bytes left): its length with *cp set, or 0 when the bytes are none. */
size_t utf8_decode(const char *p, size_t n, uint32_t *cp);

/* Nothing but characters, and no NUL among them? */
bool utf8_valid(const char *s, size_t n);

/* Is cp in one of the spans, ends included? */
struct utf8_span {
	uint32_t first, last;
};
bool utf8_among(uint32_t cp, const struct utf8_span *spans, size_t n);

/* Columns on a terminal, whatever the locale: wide characters are 2, combining ones 0, a byte that is none 1. */
size_t utf8_width(const char *s, size_t n);

/* Bytes of the longest beginning of s that is at most `columns` wide. */
size_t utf8_within(const char *s, size_t n, size_t columns);

#endif
