#include "util/err.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

__attribute__((format(printf, 3, 0)))
static void err_fill(struct err *e, enum err_kind kind, const char *fmt, va_list ap)
{
	memset(e, 0, sizeof *e);
	e->kind = kind;
	vsnprintf(e->what, sizeof e->what, fmt, ap);
}

int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	err_fill(e, kind, fmt, ap);
	va_end(ap);
	return -1;
}

int err_sys(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	int sys = errno;
	va_list ap;
	size_t used;

	if (!e)
		return -1;
	va_start(ap, fmt);
	err_fill(e, kind, fmt, ap);
	va_end(ap);
	e->sys = sys;
	used = strlen(e->what);
	snprintf(e->what + used, sizeof e->what - used, ": %s", strerror(sys));
	return -1;
}

int err_at(struct err *e, const char *file, int line, int column)
{
	if (!e)
		return -1;
	if (line > 0 && column > 0)
		snprintf(e->where, sizeof e->where, "%s:%d:%d", file, line, column);
	else if (line > 0)
		snprintf(e->where, sizeof e->where, "%s:%d", file, line);
	else
		snprintf(e->where, sizeof e->where, "%s", file);
	return -1;
}

int err_hint(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	vsnprintf(e->hint, sizeof e->hint, fmt, ap);
	va_end(ap);
	return -1;
}

int err_about(struct err *e, int about)
{
	if (e)
		e->about = about;
	return -1;
}

/* File names and YAML values reach the terminal through here. */
static void add_part(struct buf *out, const char *before, const char *text, const char *after)
{
	if (!*text)
		return;
	buf_adds(out, before);
	text_add_lines(out, text, strlen(text));
	buf_adds(out, after);
}

void err_print(FILE *out, const struct err *e)
{
	struct buf text = {0};

	add_part(&text, "", e->where, ": ");
	add_part(&text, "error: ", e->what, "\n");
	add_part(&text, "  hint: ", e->hint, "\n");
	fwrite(text.data, 1, text.len, out);
	buf_finish(&text);
}

int err_exit_status(const struct err *e)
{
	switch (e->kind) {
	case ERR_NONE:
		return 0;
	case ERR_USAGE:
	case ERR_CONFIG:
	case ERR_IMAGE:
		return 2;
	case ERR_BUILD:
		return 1;
	case ERR_INFRA:
	case ERR_IO:
		return 3;
	case ERR_CANCELLED:
		return 130;
	case ERR_BUSY:
		return 4;
	}
	return 3;
}

void err_list_init(struct err_list *l)
{
	memset(l, 0, sizeof *l);
}

void err_list_finish(struct err_list *l)
{
	free(l->items);
	err_list_init(l);
}

struct err *err_list_add(struct err_list *l)
{
	l->items = xgrow(l->items, &l->room, l->count + 1, sizeof *l->items);
	memset(&l->items[l->count], 0, sizeof *l->items);
	return &l->items[l->count++];
}

void err_list_print(FILE *out, const struct err_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		err_print(out, &l->items[i]);
}
