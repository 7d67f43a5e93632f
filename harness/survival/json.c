/* The survival map for other programs: pages that share their whole history are one entry. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "survival/draw.h"
#include "survival/track.h"

enum { SCHEMA = 1 };

static json_t *text(const char *s)
{
	return s ? json_string_nocheck(s) : json_null();
}

static json_t *address(uint64_t a)
{
	return json_sprintf("0x%" PRIx64, a);
}

static json_t *stretch_json(const struct stretch *s)
{
	json_t *o, *states;

	if (!s->thinned)
		return json_pack("{s:s, s:I, s:I, s:b}", "state", page_state_name(s->state), "after_us", (json_int_t)s->seen_us,
				 "by_us", (json_int_t)s->since_us, "exact", s->exact);
	states = json_array();
	for (int i = 0; i < STATE_COUNT; i++)
		if (s->thinned->states & 1u << i)
			json_array_append_new(states, json_string(page_state_name((enum page_state)i)));
	o = json_pack("{s:s, s:I, s:I, s:I, s:o}", "state", page_state_name(s->state), "thinned_changes",
		      (json_int_t)s->thinned->changes, "from_us", (json_int_t)s->thinned->from_us, "to_us",
		      (json_int_t)s->thinned->to_us, "states", states);
	return o;
}

static json_t *pages_json(const struct map_tracks *t, uint32_t first, uint32_t count)
{
	json_t *stretches = json_array();

	for (size_t i = t->first[first]; i < t->first[first + 1]; i++)
		json_array_append_new(stretches, stretch_json(&t->items[i]));
	return json_pack("{s:o, s:i, s:o}", "paddr", address(map_page_paddr(t->map, first)), "pages", (int)count, "states",
			 stretches);
}

static json_t *region_json(const struct map_tracks *t, const struct map_region *r)
{
	json_t *pages = json_array();

	for (uint32_t p = r->first, n; p < r->first + r->pages; p += n) {
		for (n = 1; p + n < r->first + r->pages && tracks_alike(t, p, p + n); n++)
			;
		json_array_append_new(pages, pages_json(t, p, n));
	}
	return json_pack("{s:o, s:s, s:o, s:s, s:s, s:b, s:o, s:I, s:o}", "region", text(r->name), "owner", r->owner, "pd",
			 text(r->pd), "role", r->role, "access", r->access, "judged", r->judged, "paddr", address(r->paddr),
			 "size", (json_int_t)r->size, "pages", pages);
}

static json_t *marks_json(const struct survival_map *m)
{
	json_t *marks = json_array();

	for (size_t i = 0; i < m->mark_count; i++)
		json_array_append_new(marks, json_pack("{s:s, s:o, s:I}", "kind", mark_kind_name(m->marks[i].kind), "name",
						       text(m->marks[i].name), "at_us", (json_int_t)m->marks[i].at_us));
	return marks;
}

void map_draw_json(struct buf *out, const struct survival_map *m)
{
	json_t *regions = json_array(), *all;
	struct map_tracks t;
	char *text_of;

	tracks_make(&t, m);
	for (size_t i = 0; i < m->region_count; i++)
		json_array_append_new(regions, region_json(&t, &m->regions[i]));
	tracks_finish(&t);
	all = json_pack("{s:i, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "schema", SCHEMA, "session",
			text(m->session), "image_sha256", text(m->image_sha256), "end_us", (json_int_t)m->end_us, "samples",
			(json_int_t)m->samples, "exact_samples", (json_int_t)m->exact_samples, "slowest_us",
			(json_int_t)m->slowest_us, "left_out_pages", (json_int_t)m->left_out, "thinned_changes",
			(json_int_t)m->thinned_changes, "thinned_marks", (json_int_t)m->thinned_marks, "marks", marks_json(m),
			"regions", regions);
	text_of = json_dumps(all, JSON_INDENT(2));
	buf_adds(out, text_of);
	buf_addc(out, '\n');
	free(text_of);
	json_decref(all);
}
