#include "html/words.h"

#include <string.h>

#include "util/text.h"

static const char *escape_of(char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

void html_add_text(struct buf *out, const char *s)
{
	struct buf plain;

	buf_init(&plain);
	if (s)
		text_add_lines(&plain, s, strlen(s));
	for (const char *p = plain.data; p && *p; p++) {
		const char *escape = escape_of(*p);

		if (escape)
			buf_adds(out, escape);
		else
			buf_addc(out, *p);
	}
	buf_finish(&plain);
}

/* "<" stands in JSON inside of texts only, where it may be spelled as an escape. */
static int add_piece(const char *text, size_t n, void *out)
{
	for (const char *end = text + n, *less; text < end; text = less + 1) {
		less = memchr(text, '<', (size_t)(end - text));
		if (!less) {
			buf_add(out, text, (size_t)(end - text));
			break;
		}
		buf_add(out, text, (size_t)(less - text));
		buf_adds(out, "\\u003c");
	}
	return 0;
}

void html_add_json(struct buf *out, const json_t *value)
{
	json_dump_callback(value, add_piece, out, JSON_COMPACT | JSON_ENCODE_ANY);
}
