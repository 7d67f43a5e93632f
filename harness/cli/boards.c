#include "cli/boards.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/unithost.h"
#include "farm/powered.h"
#include "util/grid.h"

/* What can be known of a unit without touching it; `runtest power UNIT state` asks its switch. */
enum unit_state { STATE_NONE, STATE_MACHINE, STATE_FREE, STATE_BUSY, STATE_LEFT_ON, STATE_UNKNOWN };

static const char *const state_words[] = {
	[STATE_NONE] = "no unit", [STATE_MACHINE] = "free", [STATE_FREE] = "free", [STATE_BUSY] = "busy", [STATE_LEFT_ON] = "left on",
	[STATE_UNKNOWN] = "unknown"};

struct row {
	const struct board_kind *kind;
	const struct board_unit *unit; /* NULL: there is none */
	const char *const *hosts;
	enum unit_state state;
	const char *who; /* has it, left it on, or why that is not known; NULL */
};

/* ---- what is known ---- */

static const char *taken(struct arena *a, char *text)
{
	const char *copy = arena_strdup(a, text);

	free(text);
	return copy;
}

static void look_at_power(struct row *r, struct arena *a)
{
	struct powered p;
	struct err e;
	int on = powered_by(r->unit->name, &p, &e);

	r->state = on < 0 ? STATE_UNKNOWN : on ? STATE_LEFT_ON : STATE_FREE;
	if (on < 0)
		r->who = arena_strdup(a, e.what);
	if (on != 1)
		return;
	r->who = taken(a, powered_text(&p));
	powered_finish(&p);
}

static void look(struct row *r, struct arena *a)
{
	struct lock_holder h;
	struct err e;
	int held;

	if (!r->unit || r->unit->implied) {
		r->state = r->unit ? STATE_MACHINE : STATE_NONE;
		return;
	}
	held = unit_lock_holder(r->unit->name, &h, &e);
	if (held == 0) {
		look_at_power(r, a);
		return;
	}
	r->state = held < 0 ? STATE_UNKNOWN : STATE_BUSY;
	r->who = held < 0 ? arena_strdup(a, e.what) : taken(a, holder_text(&h));
	if (held > 0)
		holder_finish(&h);
}

static struct row row_of(const struct board_kind *k, const struct board_unit *u, struct arena *a)
{
	static const char *const nowhere[] = {NULL};
	struct row r = {.kind = k, .unit = u, .hosts = u ? unit_hosts(u, a) : nowhere};

	look(&r, a);
	return r;
}

/* Kind by kind; a kind of which there is no unit has a row all the same. */
static void each(const struct project *p, void (*add)(void *out, const struct row *r), void *out)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < p->kind_count; i++) {
		bool any = false;

		for (size_t j = 0; j < p->unit_count; j++) {
			struct row r;

			if (p->units[j].kind != &p->kinds[i])
				continue;
			r = row_of(&p->kinds[i], &p->units[j], &a);
			add(out, &r);
			any = true;
		}
		if (!any) {
			struct row r = row_of(&p->kinds[i], NULL, &a);

			add(out, &r);
		}
	}
	arena_finish(&a);
}

/* ---- as a table ---- */

static void add_memory(struct grid *g, const struct memory_range *m)
{
	static const char letters[] = "KMGT";
	uint64_t size = m->size;
	int unit = -1;

	for (; size && size % 1024 == 0 && letters[unit + 1]; unit++)
		size /= 1024;
	grid_printf(g, "%" PRIu64 "%.1s at 0x%" PRIx64, size, unit < 0 ? "" : letters + unit, m->base);
}

static void add_hosts(struct grid *g, const char *const *hosts)
{
	struct buf b;

	buf_init(&b);
	for (; *hosts; hosts++)
		buf_printf(&b, "%s%s", b.len ? "\n" : "", *hosts);
	grid_add(g, b.len ? b.data : "-");
	buf_finish(&b);
}

static void add_row(void *out, const struct row *r)
{
	struct grid *g = out;
	const struct board_kind *k = r->kind;

	grid_add(g, k->name);
	grid_add(g, r->unit ? r->unit->name : "-");
	grid_add(g, k->qemu ? "QEMU" : "hardware");
	add_hosts(g, r->hosts);
	grid_add(g, state_words[r->state]);
	grid_add(g, arch_name(k->arch));
	grid_add(g, k->entry);
	add_memory(g, &k->memory);
	grid_add(g, r->who ? r->who : r->unit && r->unit->about ? r->unit->about : k->about);
}

void boards_table(const struct project *p, struct buf *out)
{
	struct grid g;

	grid_init(&g, "lllllllll");
	grid_add_all(&g, (const char *const[]){"KIND", "UNIT", "IS", "HOST", "STATE", "ARCH", "ENTRY", "MEMORY", "ABOUT", NULL});
	each(p, add_row, &g);
	grid_print(&g, "", out);
	grid_finish(&g);
}

/* ---- as JSON ---- */

static json_t *text_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static void add_object(void *out, const struct row *r)
{
	json_t *o = json_object(), *hosts = json_array(), *memory = json_object();

	for (const char *const *h = r->hosts; *h; h++)
		json_array_append_new(hosts, json_string(*h));
	json_object_set_new(memory, "base", json_integer((json_int_t)r->kind->memory.base));
	json_object_set_new(memory, "size", json_integer((json_int_t)r->kind->memory.size));
	json_object_set_new(o, "kind", json_string(r->kind->name));
	json_object_set_new(o, "unit", text_or_null(r->unit ? r->unit->name : NULL));
	json_object_set_new(o, "qemu", json_boolean(r->kind->qemu != NULL));
	json_object_set_new(o, "hosts", hosts);
	json_object_set_new(o, "state", json_string(state_words[r->state]));
	json_object_set_new(o, "who", text_or_null(r->who));
	json_object_set_new(o, "arch", json_string(arch_name(r->kind->arch)));
	json_object_set_new(o, "entry", text_or_null(r->kind->entry));
	json_object_set_new(o, "memory", memory);
	json_object_set_new(o, "about", text_or_null(r->unit && r->unit->about ? r->unit->about : r->kind->about));
	json_array_append_new(out, o);
}

void boards_json(const struct project *p, struct buf *out)
{
	json_t *all = json_array();
	char *text;

	each(p, add_object, all);
	text = json_dumps(all, JSON_INDENT(2));
	buf_printf(out, "%s\n", text ? text : "[]");
	free(text);
	json_decref(all);
}
