/* Text into markup and into scripts' data: nothing that it holds can end what it stands in. */
#ifndef RUNTEST_HTML_WORDS_H
#define RUNTEST_HTML_WORDS_H

#include <jansson.h>

#include "util/buf.h"

/* Appends s (NULL: nothing) as text of an element or of a quoted attribute; valid UTF-8, control characters spelled out,
 * lines stay lines. */
void html_add_text(struct buf *out, const char *s);

/* Appends the value as JSON in which no "<" is left. */
void html_add_json(struct buf *out, const json_t *value);

#endif
