#include "config/mistake.h"

#include <stdarg.h>
#include <stdio.h>

void mistakes_init(struct mistakes *m, struct err_list *list, const char *file)
{
	*m = (struct mistakes){.list = list, .file = file};
}

bool mistakes_enough(const struct mistakes *m)
{
	return m->count > MISTAKES_PER_FILE;
}

void mistake(struct mistakes *m, int line, int column, const char *fmt, ...)
{
	char what[sizeof ((struct err *)0)->what];
	struct err *e;
	va_list ap;

	if (mistakes_enough(m))
		return;
	e = err_list_add(m->list);
	if (++m->count > MISTAKES_PER_FILE) {
		err_set(e, ERR_CONFIG, "more than %d mistakes: the rest of this file is not reported", MISTAKES_PER_FILE);
	} else {
		va_start(ap, fmt);
		vsnprintf(what, sizeof what, fmt, ap);
		va_end(ap);
		err_set(e, ERR_CONFIG, "%s", what);
	}
	err_at(e, m->file, line, column);
}

void mistake_hint(struct mistakes *m, const char *fmt, ...)
{
	char hint[sizeof ((struct err *)0)->hint];
	va_list ap;

	if (mistakes_enough(m))
		return;
	va_start(ap, fmt);
	vsnprintf(hint, sizeof hint, fmt, ap);
	va_end(ap);
	err_hint(&m->list->items[m->list->count - 1], "%s", hint);
}
