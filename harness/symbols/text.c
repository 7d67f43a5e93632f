#include <inttypes.h>

#include "symbols/symbols.h"
#include "util/buf.h"

/* "memzero", "memzero+0x1c", or the bare address. */
static void add_symbol(struct buf *out, const struct symbols_place *p)
{
	if (p->symbol && p->offset)
		buf_printf(out, "%s+0x%" PRIx64, p->symbol, p->offset);
	else if (p->symbol)
		buf_adds(out, p->symbol);
	else
		buf_printf(out, "0x%" PRIx64, p->pc);
}

static void add_place(struct buf *out, const struct symbols_call *c)
{
	if (c->file)
		buf_printf(out, " at %s", c->file);
	if (c->file && c->line)
		buf_printf(out, ":%d", c->line);
}

static const char *taken(struct buf *out, struct arena *a)
{
	const char *text = arena_strdup(a, out->data);

	buf_finish(out);
	return text;
}

const char *symbols_place_text(const struct symbols_place *p, struct arena *a)
{
	struct buf out;

	buf_init(&out);
	if (p->call_count && p->calls[0].function) {
		buf_adds(&out, p->calls[0].function);
		add_place(&out, &p->calls[0]);
	} else {
		add_symbol(&out, p);
	}
	return taken(&out, a);
}

static const char *call_line(const struct symbols_place *p, const struct symbols_call *c, struct arena *a)
{
	struct buf out;

	buf_init(&out);
	if (c->function)
		buf_adds(&out, c->function);
	else
		add_symbol(&out, p);
	buf_addc(&out, '(');
	for (size_t i = 0; i < c->arg_count; i++) {
		const struct symbols_argument *arg = &c->args[i];

		buf_printf(&out, "%s%s=", i ? ", " : "", arg->name);
		if (arg->value)
			buf_adds(&out, arg->value);
		else
			buf_printf(&out, "<%s>", arg->missing ? arg->missing : "not known");
	}
	buf_addc(&out, ')');
	add_place(&out, c);
	if (c->inlined)
		buf_adds(&out, " [inlined]");
	return taken(&out, a);
}

const char *const *symbols_backtrace_lines(const struct symbols_backtrace *bt, struct arena *a)
{
	const char *const *lines = arena_list_add(a, NULL, NULL);

	for (size_t i = 0; i < bt->count; i++) {
		const struct symbols_place *p = &bt->frames[i].place;

		if (!p->call_count)
			lines = arena_list_add(a, lines, symbols_place_text(p, a));
		for (size_t k = 0; k < p->call_count; k++)
			lines = arena_list_add(a, lines, call_line(p, &p->calls[k], a));
	}
	return lines;
}
