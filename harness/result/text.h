/*
 * Text that came from a board, a file name or a YAML value, made fit for where it goes: JSON wants UTF-8, XML 1.0 has
 * no control characters, and a terminal must not obey what a console printed.
 */
#ifndef RUNTEST_RESULT_TEXT_H
#define RUNTEST_RESULT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

/* Is it UTF-8 (RFC 3629: no overlong forms, no surrogates) without a NUL? */
bool text_is_utf8(const char *s, size_t n);

/* Append bytes as valid UTF-8: what is no character, and NUL, becomes "\xNN". n may count NULs. */
void text_add_utf8(struct buf *out, const void *bytes, size_t n);

/* Append for a terminal: valid UTF-8 in which control characters (C0, DEL, C1) and those that turn the direction of
 * writing are "\xNN" or "\u{NNNN}". Lines stay lines when keep_lines, else a newline is "\n" spelled out. */
void text_add_printable(struct buf *out, const char *s, bool keep_lines);

/* Append for XML 1.0: valid UTF-8 without the characters that it cannot hold even escaped. Markup is not escaped. */
void text_add_xml(struct buf *out, const char *s);

/* Columns on a terminal, without regard to the locale: wide characters are 2, combining ones 0. s is UTF-8. */
size_t text_width(const char *s);

/* Append at most `columns` columns of s, with an ellipsis at the end when something was left out. s is UTF-8. */
void text_add_shortened(struct buf *out, const char *s, size_t columns);

/* Append an absolute path as one would type it from the current folder, printable. */
void text_add_path(struct buf *out, const char *path);

#endif
