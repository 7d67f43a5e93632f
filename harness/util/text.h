/*
 * Text that came from a board, a file name or a YAML value, made fit for where it goes: JSON wants UTF-8, XML 1.0 has
 * no control characters, and a terminal must not obey what a console printed.
 */
#ifndef RUNTEST_UTIL_TEXT_H
#define RUNTEST_UTIL_TEXT_H

#include <stddef.h>

#include "util/buf.h"
#include "util/mem.h"

/* The offset of the first byte that is no UTF-8 text (ill-formed, or a control character other than tab, CR, LF);
 * n when all of it is text. */
size_t text_bad_byte(const char *text, size_t n);

/* Append bytes as valid UTF-8: what is no character, and NUL, becomes "\xNN". n may count NULs. */
void text_add_utf8(struct buf *out, const void *bytes, size_t n);

/* Append for a terminal: valid UTF-8 in which control characters (C0 but tab, DEL, C1) and those that turn the
 * direction of writing are "\xNN" or "\u{NNNN}". On one line: a newline is "\n" spelled out. */
void text_add_line(struct buf *out, const char *s);

/* The same, but lines stay lines, whether they end in LF or CR LF. */
void text_add_lines(struct buf *out, const void *bytes, size_t n);

/* As text_add_line does, from the arena; NULL stays NULL. */
const char *text_clean(const char *s, struct arena *a);

/* Append for XML 1.0: valid UTF-8 without the characters that it cannot hold even escaped. Markup is not escaped. */
void text_add_xml(struct buf *out, const char *s);

/* Append at most `columns` columns of s, with an ellipsis at the end when something was left out. */
void text_add_shortened(struct buf *out, const char *s, size_t columns);

/* Append an absolute path as one would type it from the current folder, as text_add_line does. */
void text_add_path(struct buf *out, const char *path);

/* Where the last `lines` lines of a text begin: their offset. The last one need not end in a newline. */
size_t text_last_lines(const char *text, size_t n, int lines);

enum { TEXT_QUOTED = 128 };

/* `"text"` on one line, as text_add_line spells it; a long text is cut between characters. Returns out. */
char *text_quote(char out[TEXT_QUOTED], const char *text, size_t n);

/* As the value of a QEMU option: every comma twice. From the arena. */
const char *text_double_commas(struct arena *a, const char *s);

#endif
