/* Where untypeds lie, as the board printed it: asked only where memory was cleared. */
#include <stdlib.h>

#include "match/pattern.h"
#include "result/lost.h"
#include "result/untyped.h"
#include "session/state.h"
#include "util/file.h"
#include "util/mem.h"

struct told {
	struct told_untyped *items;
	size_t count, room;
};

static bool number(struct watch *w, const char *group, uint64_t *value)
{
	const char *text = watch_capture(w, group);
	char *end;

	if (!text || !*text)
		return false;
	*value = strtoull(text, &end, 0);
	return !*end;
}

/* What is no block of memory at all is passed over. */
static void add(struct told *all, struct watch *w)
{
	uint64_t bits;
	struct told_untyped u;

	if (!number(w, MARKER_START, &u.start))
		return;
	if (number(w, MARKER_BITS, &bits) && bits < 64)
		u.end = u.start + (UINT64_C(1) << bits);
	else if (!number(w, MARKER_END, &u.end))
		return;
	if (u.end <= u.start)
		return;
	all->items = xgrow(all->items, &all->room, all->count + 1, sizeof *all->items);
	all->items[all->count++] = u;
}

static void search(struct told *all, const char *log, size_t n, const struct marker *m)
{
	struct watch *w = watch_create();
	struct watch_hit hit;
	struct err e;

	pattern_keep(m->text.regex); /* expected again and again */
	watch_feed(w, log, n);
	watch_end(w);
	while (watch_expect(w, m->text.regex, &e) == 0 && watch_matched(w, &hit))
		add(all, w);
	watch_destroy(w);
}

static void read_console(struct session *s, struct told *all)
{
	const struct markers *m = &s->markers;
	struct buf log;

	buf_init(&log);
	if (s->log.size <= WATCH_KEEP / 2 &&
	    file_read(arena_printf(&s->result->arena, "%s/%s", s->dir, s->result->console), &log, NULL) == 0 &&
	    log.len > s->heard_from)
		for (size_t i = 0; i < m->count; i++)
			if (m->items[i]->kind == MARKER_TELLS)
				search(all, log.data + s->heard_from, log.len - s->heard_from, m->items[i]);
	buf_finish(&log);
}

void session_untypeds(struct session *s)
{
	struct session_evidence *ev = &s->result->evidence;
	struct told told = {.items = NULL};
	struct lost_pages lost;

	lost_pages_find(&lost, ev, &s->result->arena);
	if (!lost.count)
		return;
	read_console(s, &told);
	untypeds_find(ev, told.items, told.count, &s->result->arena);
	free(told.items);
}
