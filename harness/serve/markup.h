/* HTML, written piece by piece. Whatever is not known to be plain goes through markup_text(). */
#ifndef RUNTEST_SERVE_MARKUP_H
#define RUNTEST_SERVE_MARKUP_H

#include <stdint.h>

#include "result/verdict.h"
#include "util/buf.h"

/* Any text, as text or inside a quoted attribute: markup means nothing in it, and control characters are spelled out. NULL
 * is nothing. */
void markup_text(struct buf *out, const char *text);

/* A session's name: where there is no room for all of it, it goes on in the next line behind one of its dots. */
void markup_name(struct buf *out, const char *session);

/* As markup_text(), made from a format. */
void markup_printf(struct buf *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A piece of a path in an address: all but letters, digits and -._~ becomes %XX. */
void markup_segment(struct buf *out, const char *text);

/* The sign, the word and the colour of a verdict; `text` instead of its name unless NULL. */
void markup_verdict(struct buf *out, enum verdict v, const char *text);

/* A label of any colour of the style sheet: "good", "bad", "odd", "late", "none". */
void markup_label(struct buf *out, const char *colour, const char *sign, const char *text);

/* "good", ... of a verdict. */
const char *markup_colour(enum verdict v);

/* A moment that people read: <time>, with the ISO 8601 text as it is for scripts and as its title. NULL: a dash. */
void markup_time(struct buf *out, const char *iso);

/* "1.52 s", "3 min 20 s"; below 0: a dash. */
void markup_span(struct buf *out, int64_t ms);

#endif
