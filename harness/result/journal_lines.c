#include "result/journal_lines.h"

#include <string.h>

/* The line without the long members of its result. NULL: it cannot be cut, and is to be read whole and judged as ever. */
static json_t *load_brief(struct journal_lines *l, struct jsoncut_span line)
{
	static const char *const longs[] = {"evidence", "phases", "marks", "guest_tests", NULL};

	buf_clear(l->brief);
	if (!jsoncut_without_inside(l->brief, line, "result", longs, &l->result))
		return NULL;
	return json_loadb(l->brief->data, l->brief->len, 0, NULL);
}

static json_t *load(struct journal_lines *l, const char *line, size_t n)
{
	json_t *object = l->brief ? load_brief(l, (struct jsoncut_span){line, n}) : NULL;

	if (object)
		return object;
	l->result = jsoncut_member((struct jsoncut_span){line, l->brief ? n : 0}, "result");
	return json_loadb(line, n, 0, NULL);
}

json_t *journal_lines_next(struct journal_lines *l)
{
	const char *from = l->text + l->at, *newline;
	json_t *object;

	if (l->at == l->len || l->torn || l->damaged)
		return NULL;
	newline = memchr(from, '\n', l->len - l->at);
	if (!newline) {
		l->torn = true;
		return NULL;
	}
	object = load(l, from, (size_t)(newline - from));
	if (!json_is_object(object)) {
		json_decref(object);
		l->damaged = true;
		return NULL;
	}
	l->at = (size_t)(newline + 1 - l->text);
	l->line++;
	return object;
}
