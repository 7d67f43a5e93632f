#include "result/journal_lines.h"

#include <string.h>

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
	object = json_loadb(from, (size_t)(newline - from), 0, NULL);
	if (!json_is_object(object)) {
		json_decref(object);
		l->damaged = true;
		return NULL;
	}
	l->at = (size_t)(newline + 1 - l->text);
	l->line++;
	return object;
}
