/* Text from anywhere inside a page of Markdown (GitHub's kind). */
#ifndef RUNTEST_RESULT_MARKDOWN_H
#define RUNTEST_RESULT_MARKDOWN_H

#include "util/buf.h"

/* On one line, as plain text: nothing in it is markup, a link, a mention or the end of a table's cell. */
void markdown_add_text(struct buf *out, const char *text);

/* The same inside an element of HTML, where Markdown is not read. */
void markdown_add_html(struct buf *out, const char *text);

/* Lines as they are, between fences longer than any in them. */
void markdown_add_block(struct buf *out, const char *text);

#endif
