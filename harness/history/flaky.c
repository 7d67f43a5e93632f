#include "history/flaky.h"

#include <stdlib.h>
#include <string.h>

#include "history/open.h"

enum { RUNS = 200, PLANNED = 100000, RUNS_SINCE = 1000000 };

/* One row for each image (and parameters, and demand) of a session, the session's together. */
static const char groups_sql[] =
	"SELECT series,"
	" CAST(sum(CASE WHEN verdict IN ('pass', 'expected-fail') THEN 1 ELSE 0 END) AS BIGINT),"
	" CAST(sum(CASE WHEN verdict IN ('fail', 'timeout', 'vacuous') THEN 1 ELSE 0 END) AS BIGINT),"
	" CAST(sum(CASE WHEN verdict = 'flaky' THEN 1 ELSE 0 END) AS BIGINT),"
	" max(CASE WHEN verdict IN ('fail', 'timeout', 'vacuous', 'flaky') THEN runs.started_ms ELSE 0 END)"
	" FROM sessions JOIN runs ON runs.id = sessions.run"
	" WHERE final = 1 AND runs.mutants = 0 AND runs.started_ms >= $1 AND runs.started_ms <= $2"
	" GROUP BY series, sessions.image, parameters, wanted ORDER BY series";

struct gathering {
	struct history *h;
	struct flaky_list *out;
	size_t room;
	int64_t series; /* of the last item; 0: there is none */
	int64_t seen;   /* the last series that there was */
};

static int begin_item(struct gathering *g, int64_t series, struct err *e)
{
	struct flaky_list *l = g->out;
	const char *name;

	if (series == g->series)
		return 0;
	if (words_series_name(&g->h->words, series, &l->arena, &name, e) < 0)
		return -1;
	l->items = arena_grow(&l->arena, l->items, &g->room, l->count + 1, sizeof *l->items);
	l->items[l->count++] = (struct flaky_session){.session = name, .last_run = ""};
	g->series = series;
	return 0;
}

static int note_group(struct gathering *g, const struct db_ops *ops, struct db_statement *s, struct err *e)
{
	int good = (int)ops->integer(s, 1), bad = (int)ops->integer(s, 2), retried = (int)ops->integer(s, 3);
	int64_t series = ops->integer(s, 0), last_ms = ops->integer(s, 4);
	struct flaky_session *item;

	g->out->results += (size_t)good + (size_t)bad + (size_t)retried;
	g->out->sessions += series != g->seen;
	g->seen = series;
	if (!retried && !(good && bad))
		return 0;
	if (begin_item(g, series, e) < 0)
		return -1;
	item = &g->out->items[g->out->count - 1];
	item->good += good;
	item->bad += bad;
	item->retried += retried;
	item->images++;
	if (last_ms > item->last_ms)
		item->last_ms = last_ms;
	return 0;
}

static int name_runs(const struct history_runs *runs, struct flaky_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		for (size_t k = 0; k < runs->count; k++)
			if (runs->items[k].started_ms == l->items[i].last_ms)
				l->items[i].last_run = runs->items[k].run;
	return 0;
}

static int worst_first(const void *a, const void *b)
{
	const struct flaky_session *x = a, *y = b;

	if (x->rate.low < y->rate.low || x->rate.low > y->rate.low)
		return x->rate.low < y->rate.low ? 1 : -1;
	return strcmp(x->session, y->session);
}

static int gather(struct history *h, struct flaky_list *l, struct err *e)
{
	const struct db_ops *ops = h->db.ops;
	struct db_statement *s = db_prepare(&h->db, groups_sql, e);
	struct gathering g = {.h = h, .out = l};
	int rc;

	if (!s)
		return -1;
	ops->set_integer(s, 1, l->from.started_ms);
	ops->set_integer(s, 2, l->to.started_ms);
	while ((rc = ops->step(s, e)) > 0 && (rc = note_group(&g, ops, s, e)) == 0)
		;
	ops->finish(s);
	for (size_t i = 0; i < l->count; i++) {
		struct flaky_session *f = &l->items[i];

		size_t not_good = (size_t)f->bad + (size_t)f->retried;

		f->rate = stats_rate(not_good, not_good + (size_t)f->good);
	}
	if (l->count)
		qsort(l->items, l->count, sizeof *l->items, worst_first);
	return rc;
}

/* Whichever runs there are, those of mutants aside. */
static int find_range(struct history *h, const char *since, struct flaky_list *l, struct history_runs *runs, struct err *e)
{
	struct history_run last = {.id = INT32_MAX, .started_ms = INT64_MAX};
	int64_t planned = 0;
	size_t n = 0;

	if (since && history_run_find(h, since, &l->arena, &l->from, e) < 0)
		return -1;
	if (history_runs_until(h, &last, since ? RUNS_SINCE : RUNS, &l->arena, runs, e) < 0)
		return -1;
	while (n < runs->count && (since ? runs->items[n].started_ms >= l->from.started_ms : planned < PLANNED))
		planned += runs->items[n++].planned;
	runs->count = n;
	if (n) {
		l->to = runs->items[0];
		l->from = runs->items[n - 1];
	}
	return 0;
}

int flaky_find(struct history *h, const char *since, struct flaky_list *l, struct err *e)
{
	struct history_runs runs;

	*l = (struct flaky_list){.count = 0};
	arena_init(&l->arena);
	if (find_range(h, since, l, &runs, e) < 0)
		return -1;
	if (!runs.count)
		return 0;
	if (gather(h, l, e) < 0)
		return -1;
	return name_runs(&runs, l);
}

void flaky_finish(struct flaky_list *l)
{
	arena_finish(&l->arena);
	*l = (struct flaky_list){.count = 0};
}
