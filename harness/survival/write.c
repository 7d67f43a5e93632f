/* The survival map's file, written. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "survival/file.h"
#include "util/buf.h"
#include "util/file.h"

static void add_line(struct buf *out, json_t *object)
{
	char *line = json_dumps(object, JSON_COMPACT);

	buf_adds(out, line);
	buf_addc(out, '\n');
	free(line);
	json_decref(object);
}

static json_t *text(const char *s)
{
	return s ? json_string_nocheck(s) : json_null();
}

static void add_head(struct buf *out, const struct survival_map *m)
{
	add_line(out, json_pack("{s:i, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "survival-map", SURVIVAL_VERSION, "session",
				text(m->session), "image_sha256", text(m->image_sha256), "end_us", (json_int_t)m->end_us,
				"samples", (json_int_t)m->samples, "exact_samples", (json_int_t)m->exact_samples,
				"slowest_us", (json_int_t)m->slowest_us, "left_out_pages", (json_int_t)m->left_out,
				"thinned_changes", (json_int_t)m->thinned_changes, "thinned_marks",
				(json_int_t)m->thinned_marks));
}

static void add_region(struct buf *out, const struct map_region *r)
{
	add_line(out, json_pack("{s:{s:o, s:s, s:o, s:s, s:s, s:b, s:o, s:I, s:i, s:i}}", "region", "name", text(r->name), "owner",
				r->owner, "pd", text(r->pd), "role", r->role, "access", r->access, "judged", r->judged, "paddr",
				json_sprintf("0x%" PRIx64, r->paddr), "size", (json_int_t)r->size, "first", (int)r->first,
				"pages", (int)r->pages));
}

static void add_mark(struct buf *out, const struct map_mark *k)
{
	add_line(out, json_pack("{s:[s, o, I]}", "mark", mark_kind_name(k->kind), text(k->name), (json_int_t)k->at_us));
}

/* [first page, pages, state, old last seen, new first seen, exact] */
static void add_change(struct buf *out, const struct map_change *c)
{
	buf_printf(out, "{\"change\":[%u,%u,\"%s\",%" PRId64 ",%" PRId64 ",%d]}\n", c->first, c->count,
		   page_state_name(c->state), c->seen_us, c->since_us, c->exact);
}

/* [page, changes, [states], last state, first of them, last of them] */
static void add_thinned(struct buf *out, uint32_t page, const struct map_thinned *t)
{
	const char *comma = "";

	buf_printf(out, "{\"thinned\":[%u,%u,[", page, t->changes);
	for (int i = 0; i < STATE_COUNT; i++)
		if (t->states & 1u << i) {
			buf_printf(out, "%s\"%s\"", comma, page_state_name((enum page_state)i));
			comma = ",";
		}
	buf_printf(out, "],\"%s\",%" PRId64 ",%" PRId64 "]}\n", page_state_name(t->last), t->from_us, t->to_us);
}

/* Where changes were left out their summaries stand, so that every page's lines are in the order of time. */
static void add_changes(struct buf *out, const struct survival_map *m)
{
	size_t before = m->thinned ? m->thinned_at : m->change_count;

	for (size_t i = 0; i < before; i++)
		add_change(out, &m->changes[i]);
	for (uint32_t p = 0; m->thinned && p < m->page_count; p++)
		if (m->thinned[p].changes)
			add_thinned(out, p, &m->thinned[p]);
	for (size_t i = before; i < m->change_count; i++)
		add_change(out, &m->changes[i]);
}

char *map_text(const struct survival_map *m)
{
	struct buf out;

	buf_init(&out);
	add_head(&out, m);
	for (size_t i = 0; i < m->region_count; i++)
		add_region(&out, &m->regions[i]);
	for (size_t i = 0; i < m->mark_count; i++)
		add_mark(&out, &m->marks[i]);
	add_changes(&out, m);
	buf_printf(&out, "{\"end\":\"%08lx\"}\n", crc32(0, (const Bytef *)out.data, (uInt)out.len));
	return buf_steal(&out);
}

int map_write(const char *path, const struct survival_map *m, struct err *e)
{
	char *text = map_text(m);
	int rc = file_write_atomic(path, text, strlen(text), false, e);

	free(text);
	return rc;
}
