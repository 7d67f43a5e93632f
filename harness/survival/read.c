/* The survival map's file, read back: nothing in it is believed before the whole was proved to be as it was written. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "survival/file.h"
#include "util/buf.h"
#include "util/file.h"
#include "util/mem.h"

struct reader {
	struct survival_map *map;
	const char *path;
	int line;
	struct err *e;
};

static int bad(struct reader *r, const char *what)
{
	err_set(r->e, ERR_IO, "this is no survival map that this version of runtest can read: %s", what);
	return err_at(r->e, r->path, r->line, 0);
}

/* ---- the whole ---- */

/* The last line has the CRC-32 of all before it. The bytes of the lines before, or 0 with the error. */
static size_t check_whole(struct reader *r, const char *text, size_t n)
{
	static const char head[] = "{\"survival-map\":", end[] = "{\"end\":\"";
	enum { LAST = sizeof end - 1 + 8 + 3 }; /* and eight digits, and what closes it */
	const char *last = n > LAST ? text + n - LAST : text;
	char want[9];

	r->line = 0;
	if (n < sizeof head - 1 || memcmp(text, head, sizeof head - 1) != 0) {
		bad(r, "it does not begin as one");
		return 0;
	}
	if (n <= LAST || memcmp(last, end, sizeof end - 1) != 0 || memcmp(text + n - 3, "\"}\n", 3) != 0) {
		bad(r, "its last line is missing: it was cut short, or written to");
		err_hint(r->e, "it is written as a whole when the session ends; the session itself cannot make it again");
		return 0;
	}
	snprintf(want, sizeof want, "%08lx", crc32(0, (const Bytef *)text, (uInt)(last - text)));
	if (memcmp(last + sizeof end - 1, want, 8) != 0) {
		bad(r, "it is not as it was written: its last line's CRC-32 is another");
		return 0;
	}
	return (size_t)(last - text);
}

/* ---- lines ---- */

static int read_head(struct reader *r, json_t *o)
{
	struct survival_map *m = r->map;
	const char *session, *sha256;
	json_int_t end, samples, exact, slowest, left_out, changes, marks;
	int version;

	if (json_unpack(o, "{s:i, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "survival-map", &version, "session", &session,
			"image_sha256", &sha256, "end_us", &end, "samples", &samples, "exact_samples", &exact, "slowest_us",
			&slowest, "left_out_pages", &left_out, "thinned_changes", &changes, "thinned_marks", &marks) < 0)
		return bad(r, "its first line lacks something");
	if (version != SURVIVAL_VERSION)
		return bad(r, "it is of another version");
	m->session = arena_strdup(&m->arena, session);
	m->image_sha256 = arena_strdup(&m->arena, sha256);
	m->end_us = end;
	m->samples = (uint64_t)samples;
	m->exact_samples = (uint64_t)exact;
	m->slowest_us = slowest;
	m->thinned_changes = (uint64_t)changes;
	m->thinned_marks = (uint64_t)marks;
	m->left_out = (uint64_t)left_out;
	return 0;
}

static int read_region(struct reader *r, json_t *o)
{
	struct map_region region = {0};
	const char *paddr;
	json_int_t size;
	uint64_t left_out = r->map->left_out;
	int judged, first, pages;
	json_t *pd;
	char *rest;

	if (json_unpack(o, "{s:s, s:s, s:o, s:s, s:s, s:b, s:s, s:I, s:i, s:i}", "name", &region.name, "owner", &region.owner, "pd",
			&pd, "role", &region.role, "access", &region.access, "judged", &judged, "paddr", &paddr, "size",
			&size, "first", &first, "pages", &pages) < 0)
		return bad(r, "a region lacks something");
	region.judged = judged;
	region.pd = json_string_value(pd);
	region.paddr = strtoull(paddr, &rest, 16);
	region.size = (uint64_t)size;
	if (*rest || size < 1 || region.paddr > UINT64_MAX - region.size || first != (int)r->map->page_count ||
	    !map_add_region(r->map, &region) || pages != (int)r->map->regions[r->map->region_count - 1].pages)
		return bad(r, "a region's pages do not agree with its place and size");
	r->map->left_out = left_out;
	return 0;
}

static int read_mark(struct reader *r, json_t *o)
{
	const char *kind, *name;
	enum mark_kind k;
	json_int_t at;

	if (json_unpack(o, "[s, s, I!]", &kind, &name, &at) < 0 || mark_kind_from_name(kind, &k) < 0)
		return bad(r, "a mark is no mark");
	map_add_mark(r->map, k, name, at);
	return 0;
}

static int read_change(struct reader *r, json_t *o)
{
	struct survival_map *m = r->map;
	struct map_change c;
	json_int_t first, count, seen, since;
	const char *state;
	int exact;

	if (json_unpack(o, "[I, I, s, I, I, i!]", &first, &count, &state, &seen, &since, &exact) < 0 ||
	    page_state_from_name(state, &c.state) < 0)
		return bad(r, "a change is no change");
	if (first < 0 || count < 1 || first >= m->page_count || count > m->page_count - first || seen > since)
		return bad(r, "a change is of pages or at times that there are not");
	c.first = (uint32_t)first;
	c.count = (uint32_t)count;
	c.seen_us = seen;
	c.since_us = since;
	c.exact = exact;
	m->changes = xgrow(m->changes, &m->change_room, m->change_count + 1, sizeof *m->changes);
	m->changes[m->change_count++] = c;
	return 0;
}

static int read_thinned(struct reader *r, json_t *o)
{
	struct survival_map *m = r->map;
	struct map_thinned t = {0};
	json_int_t page, changes, from, to;
	json_t *states;
	const char *last;
	enum page_state s;

	if (json_unpack(o, "[I, I, o, s, I, I!]", &page, &changes, &states, &last, &from, &to) < 0 ||
	    page_state_from_name(last, &t.last) < 0 || page < 0 || page >= m->page_count || changes < 1 ||
	    changes > UINT32_MAX || from > to)
		return bad(r, "what it says of changes that were left out is no such thing");
	for (size_t i = 0; i < json_array_size(states); i++) {
		const char *name = json_string_value(json_array_get(states, i));

		if (!name || page_state_from_name(name, &s) < 0)
			return bad(r, "changes that were left out led to no state that there is");
		t.states |= 1u << s;
	}
	t.changes = (uint32_t)changes;
	t.from_us = from;
	t.to_us = to;
	if (!m->thinned) {
		m->thinned = xcalloc(m->page_count, sizeof *m->thinned);
		m->thinned_at = m->change_count;
	}
	m->thinned[page] = t;
	return 0;
}

static int read_object(struct reader *r, json_t *o)
{
	static const struct {
		const char *key;
		int (*read)(struct reader *r, json_t *value);
	} kinds[] = {
		{"region", read_region}, {"mark", read_mark}, {"change", read_change}, {"thinned", read_thinned}};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		json_t *value = json_object_get(o, kinds[i].key);

		if (value && i == 0 && r->map->change_count)
			return bad(r, "a region comes after changes");
		if (value)
			return kinds[i].read(r, value);
	}
	return bad(r, "a line is nothing that is known");
}

static int read_line(struct reader *r, const char *line, size_t n)
{
	json_t *o = json_loadb(line, n, 0, NULL);
	int rc;

	if (!json_is_object(o))
		rc = bad(r, "a line is no JSON object");
	else
		rc = r->line == 1 ? read_head(r, o) : read_object(r, o);
	json_decref(o);
	return rc;
}

/* Every page's states have to begin somewhere. */
static int check_beginnings(struct reader *r)
{
	const struct survival_map *m = r->map;
	uint32_t begun = 0;

	for (size_t i = 0; i < m->change_count && m->changes[i].first == begun; i++)
		begun += m->changes[i].count;
	return begun == m->page_count ? 0 : bad(r, "some page has no state at the beginning");
}

int map_parse(struct survival_map *m, const char *path, const char *text, size_t n, struct err *e)
{
	struct reader r = {.map = m, .path = path, .e = e};
	size_t whole, at = 0;

	map_init(m);
	whole = check_whole(&r, text, n);
	if (!whole)
		return -1;
	while (at < whole) {
		const char *newline = memchr(text + at, '\n', whole - at);
		size_t len = newline ? (size_t)(newline - text) - at : whole - at;

		r.line++;
		if (read_line(&r, text + at, len) < 0)
			return -1;
		at += len + 1;
	}
	return check_beginnings(&r);
}

int map_read(struct survival_map *m, const char *path, struct err *e)
{
	struct buf text;
	int rc;

	buf_init(&text);
	map_init(m);
	rc = file_read(path, &text, e);
	if (rc == 0)
		rc = map_parse(m, path, text.data ? text.data : "", text.len, e);
	buf_finish(&text);
	return rc;
}
