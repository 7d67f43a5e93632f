/* The module symbols.so: what symbols.c calls of it. */
#include <inttypes.h>
#include <string.h>

#include "symbols/module/argument.h"
#include "symbols/module/chain.h"
#include "symbols/module/unwind.h"
#include "symbols/ops.h"
#include "util/text.h"

extern const struct symbols_ops symbols_module;

struct symbols {
	struct object **objects;
	size_t count, room;
};

static struct symbols *open_set(void)
{
	return xcalloc(1, sizeof(struct symbols));
}

static void close_set(struct symbols *s)
{
	for (size_t i = 0; i < s->count; i++)
		object_close(s->objects[i]);
	free(s->objects);
	free(s);
}

static int add(struct symbols *s, const struct symbols_file *f, struct err *e)
{
	struct object *o = object_open(f, e);

	if (!o)
		return -1;
	s->objects = xgrow(s->objects, &s->room, s->count + 1, sizeof *s->objects);
	s->objects[s->count++] = o;
	return 0;
}

static const struct object *covering(struct symbols *s, const char *only, uint64_t pc)
{
	for (size_t i = 0; i < s->count; i++)
		if ((!only || strcmp(only, s->objects[i]->name) == 0) &&
		    object_covers(s->objects[i], pc - s->objects[i]->bias))
			return s->objects[i];
	return NULL;
}

/* What stands at `lookup`, with the frame's arguments where there is a frame. */
static void describe(const struct object *o, uint64_t pc, uint64_t lookup, struct frame *f, struct arena *a,
		     struct symbols_place *p)
{
	const struct object_symbol *s;
	struct chain c;

	*p = (struct symbols_place){.pc = pc};
	if (!o)
		return;
	p->elf = arena_strdup(a, o->name);
	s = object_symbol_at(o, lookup - o->bias);
	if (s) {
		p->symbol = text_clean(s->name, a);
		p->offset = pc - o->bias - s->address;
	}
	chain_find(o, lookup - o->bias, &c);
	chain_calls(&c, lookup - o->bias, a, p);
	if (!f || !c.count)
		return;
	f->function = &c.functions[0];
	for (size_t i = 0; i < c.count; i++)
		argument_list(f, &c.functions[c.count - 1 - i], a, &p->calls[i]);
	f->function = NULL;
}

static void at(struct symbols *s, const char *only, uint64_t pc, struct arena *a, struct symbols_place *p)
{
	describe(covering(s, only, pc), pc, pc, NULL, a, p);
}

static int find(struct symbols *s, const char *only, const char *symbol, uint64_t *address, uint64_t *size)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct object *o = s->objects[i];
		const struct object_symbol *found;

		if ((only && strcmp(only, o->name) != 0) || !(found = object_symbol_named(o, symbol)))
			continue;
		*address = found->address + o->bias;
		if (size)
			*size = found->size;
		return 0;
	}
	return -1;
}

/* Why the caller cannot be what was found, or NULL. */
static const char *implausible(const struct frame *caller, uint64_t higher, uint64_t last, bool first, struct arena *a)
{
	/* The innermost function may have no frame on the stack. */
	if (higher <= last && !(first && higher == 0))
		return arena_printf(a, "the stack does not grow at 0x%" PRIx64, higher);
	if (!caller->object)
		return arena_printf(a, "0x%" PRIx64 " is in none of the files", caller->pc);
	return NULL;
}

static void backtrace(struct symbols *s, const char *only, const struct symbols_machine *m, struct arena *a,
		      struct symbols_backtrace *bt)
{
	struct frame f = {.machine = m, .pc = m->pc, .lookup = m->pc, .innermost = true}, caller;
	enum symbols_found how = SYMBOLS_FOUND_PC;
	uint64_t last = 0, higher = 0;

	bt->frames = arena_alloc(a, SYMBOLS_DEPTH_MAX * sizeof *bt->frames);
	bt->count = 0;
	bt->end = NULL;
	f.object = covering(s, only, f.lookup);
	if (!f.object)
		bt->end = arena_printf(a, "0x%" PRIx64 " is in none of the files", f.pc);
	for (;;) {
		bt->frames[bt->count].found = how;
		unwind_cfa(&f);
		describe(f.object, f.pc, f.lookup, &f, a, &bt->frames[bt->count++].place);
		if (!bt->end && bt->count == SYMBOLS_DEPTH_MAX)
			bt->end = "there are more";
		if (!bt->end)
			bt->end = unwind_caller(&f, &caller, &how, &higher, a);
		if (bt->end)
			return;
		caller.object = covering(s, only, caller.lookup);
		bt->end = implausible(&caller, higher, last, f.innermost, a);
		if (bt->end)
			return;
		last = higher;
		f = caller;
	}
}

const struct symbols_ops symbols_module = {
	.open = open_set, .close = close_set, .add = add, .at = at, .find = find, .backtrace = backtrace};
