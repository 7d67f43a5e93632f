#include <stdlib.h>

#include "history/comparing.h"
#include "history/open.h"

enum { MARKS = 64, TIMES = 100 };

/* When one mark came, in all boots of one side, milliseconds. */
struct moments {
	double ms[TIMES];
	size_t count;
};

struct mark_times {
	int64_t what;
	struct moments now, before;
	double now_ms, before_ms; /* medians */
};

struct growth {
	struct mark_times *marks;
	size_t count;
};

static struct mark_times *mark_of(struct growth *g, int64_t what)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->marks[i].what == what)
			return &g->marks[i];
	if (g->count == MARKS)
		return NULL;
	g->marks[g->count] = (struct mark_times){.what = what};
	return &g->marks[g->count++];
}

static int read_side(struct history *h, struct db_statement *s, const struct window *w, bool now, struct growth *g,
		     struct err *e)
{
	const struct db_ops *ops = h->db.ops;
	int rc = 0;

	for (size_t i = 0; i < w->count && rc == 0; i++) {
		ops->set_integer(s, 2, w->runs[i].run.id);
		while ((rc = ops->step(s, e)) > 0) {
			struct mark_times *m = mark_of(g, ops->integer(s, 0));
			struct moments *side = m ? now ? &m->now : &m->before : NULL;

			if (side && side->count < TIMES)
				side->ms[side->count++] = (double)ops->integer(s, 1);
		}
	}
	return rc;
}

static int by_time(const void *a, const void *b)
{
	double x = ((const struct mark_times *)a)->now_ms, y = ((const struct mark_times *)b)->now_ms;

	return (x > y) - (x < y);
}

/* Only marks that came on both sides say how long the way to them was. */
static void take_medians(struct growth *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->count; i++) {
		struct mark_times *m = &g->marks[i];

		if (!m->now.count || !m->before.count)
			continue;
		m->now_ms = stats_median(m->now.ms, m->now.count);
		m->before_ms = stats_median(m->before.ms, m->before.count);
		g->marks[n++] = *m;
	}
	g->count = n;
	if (n)
		qsort(g->marks, n, sizeof *g->marks, by_time);
}

/* The way from one mark to the next that has become longest, compared with what it was. */
static const struct mark_times *largest(const struct growth *g, double *ms)
{
	const struct mark_times *found = NULL;
	double now = 0, before = 0;

	*ms = 0;
	for (size_t i = 0; i < g->count; i++) {
		const struct mark_times *m = &g->marks[i];
		double grown = (m->now_ms - now) - (m->before_ms - before);

		if (grown > *ms) {
			*ms = grown;
			found = m;
		}
		now = m->now_ms;
		before = m->before_ms;
	}
	return found;
}

int comparing_growth(struct comparing *c, int64_t series, struct slowness *s, struct err *e)
{
	struct growth g = {.marks = xcalloc(MARKS, sizeof *g.marks)};
	struct db_statement *st = db_prepare(&c->h->db, "SELECT what, ms FROM times WHERE series = $1 AND run = $2"
							" AND boot = 1", e);
	const struct mark_times *found;
	double ms;
	int rc = st ? 0 : -1;

	if (rc == 0) {
		c->h->db.ops->set_integer(st, 1, series);
		rc = read_side(c->h, st, &c->now, true, &g, e);
	}
	if (rc == 0)
		rc = read_side(c->h, st, &c->before, false, &g, e);
	take_medians(&g);
	found = largest(&g, &ms);
	if (rc == 0 && found) {
		s->mark_us = ms * 1000;
		rc = words_text(&c->h->words, found->what, &c->out->arena, &s->mark, e);
	}
	c->h->db.ops->finish(st);
	free(g.marks);
	return rc;
}
