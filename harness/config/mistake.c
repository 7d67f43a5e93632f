#include "config/mistake.h"

#include <stdio.h>

void mistakes_init(struct mistakes *m, struct err_list *list, const char *file)
{
	*m = (struct mistakes){.list = list, .file = file};
}

bool mistakes_enough(const struct mistakes *m)
{
	return m->count > MISTAKES_PER_FILE;
}

void mistake_v(struct mistakes *m, int line, int column, const char *fmt, va_list ap)
{
	struct err *e;
	char what[sizeof e->what];

	if (mistakes_enough(m))
		return;
	e = err_list_add(m->list);
	if (++m->count > MISTAKES_PER_FILE)
		snprintf(what, sizeof what, "more than %d mistakes: the rest of this file is not reported",
			 MISTAKES_PER_FILE);
	else
		vsnprintf(what, sizeof what, fmt, ap);
	err_set(e, ERR_CONFIG, "%s", what);
	err_at(e, m->file, line, column);
}

void mistake(struct mistakes *m, int line, int column, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	mistake_v(m, line, column, fmt, ap);
	va_end(ap);
}

void mistake_hint_v(struct mistakes *m, const char *fmt, va_list ap)
{
	struct err *e;
	char hint[sizeof e->hint];

	if (mistakes_enough(m))
		return;
	e = &m->list->items[m->list->count - 1];
	vsnprintf(hint, sizeof hint, fmt, ap);
	err_hint(e, "%s", hint);
}

void mistake_hint(struct mistakes *m, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	mistake_hint_v(m, fmt, ap);
	va_end(ap);
}
