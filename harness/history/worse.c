#include "history/worse.h"

#include <stdlib.h>
#include <string.h>

#include "history/comparing.h"
#include "history/open.h"

enum { RUNS = 200, PLANNED = 100000 };

/* All results of a session together, from the newest run on; of one run by repeat. */
static const char results_sql[] =
	"SELECT series, sessions.run, repeat, verdict, cause, why, quarantine, sessions.image"
	" FROM sessions JOIN runs ON runs.id = sessions.run"
	" WHERE final = 1 AND runs.mutants = 0 AND runs.started_ms >= $1 AND runs.started_ms <= $2"
	" ORDER BY series, runs.started_ms DESC, runs.id DESC, repeat";

struct result {
	int64_t series, run, why, quarantine, image; /* numbers in the database */
	int repeat;
	enum verdict verdict;
	enum cause cause;
};

struct gathering {
	struct history *h;
	struct worse_list *out;
	const struct history_runs *runs;
	size_t room;
	struct result worst;               /* of one session in one run so far; series 0: none */
	struct result now, since, good;    /* of one session so far, from the newest run on; likewise */
	int bad_runs;
};

static const struct history_run *run_of(const struct gathering *g, int64_t id)
{
	for (size_t i = 0; i < g->runs->count; i++)
		if (g->runs->items[i].id == id)
			return &g->runs->items[i];
	return NULL;
}

static int add_item(struct gathering *g, struct err *e)
{
	struct worse_list *l = g->out;
	const struct history_run *good = run_of(g, g->good.run), *since = run_of(g, g->since.run), *now = run_of(g, g->now.run);
	struct worse_session w = {.before = g->good.verdict, .verdict = g->now.verdict, .cause = g->now.cause, .repeat = g->now.repeat,
				  .since_repeat = g->since.repeat, .good_repeat = g->good.repeat, .runs = g->bad_runs, .other_image = g->since.image != g->good.image};

	if (!good || !since || !now) /* imported just now */
		return 0;
	w.good = *good;
	w.since = *since;
	w.now = *now;
	if (words_series_name(&g->h->words, g->now.series, &l->arena, &w.session, e) < 0 ||
	    words_text(&g->h->words, g->now.why, &l->arena, &w.why, e) < 0 ||
	    words_text(&g->h->words, g->now.quarantine, &l->arena, &w.quarantine, e) < 0)
		return -1;
	l->items = arena_grow(&l->arena, l->items, &g->room, l->count + 1, sizeof *l->items);
	l->items[l->count++] = w;
	l->excused += *w.quarantine != '\0';
	return 0;
}

/* What a session came to in one run, all repeats together. */
static void end_run(struct gathering *g)
{
	struct result worst = g->worst;
	bool good = comparing_weight(worst.verdict) == 1;

	g->worst = (struct result){.series = 0};
	if (!worst.series || g->good.series) /* what was before its last good run says nothing */
		return;
	if (!g->now.series)
		g->now = worst;
	if (good) {
		g->good = worst;
		return;
	}
	g->since = worst;
	g->bad_runs++;
}

static int end_session(struct gathering *g, struct err *e)
{
	int rc = 0;

	end_run(g);
	g->out->sessions += g->now.series != 0;
	g->out->never_good += g->since.series && !g->good.series;
	if (g->since.series && g->good.series)
		rc = add_item(g, e);
	g->now = g->since = g->good = (struct result){.series = 0};
	g->bad_runs = 0;
	return rc;
}

static void read_result(const struct db_ops *ops, struct db_statement *s, struct result *r)
{
	*r = (struct result){.series = ops->integer(s, 0), .run = ops->integer(s, 1), .repeat = (int)ops->integer(s, 2),
			     .why = ops->integer(s, 5), .quarantine = ops->integer(s, 6), .image = ops->integer(s, 7)};
	/* What a later version may call otherwise is no verdict to this one. */
	if (verdict_from_name(ops->text(s, 3), &r->verdict) < 0)
		r->verdict = VERDICT_NONE;
	if (cause_from_name(ops->text(s, 4), &r->cause) < 0)
		r->cause = CAUSE_NONE;
}

static int gather(struct gathering *g, struct err *e)
{
	const struct db_ops *ops = g->h->db.ops;
	struct db_statement *s = db_prepare(&g->h->db, results_sql, e);
	struct result r, last = {.series = 0};
	int rc;

	if (!s)
		return -1;
	ops->set_integer(s, 1, g->out->from.started_ms);
	ops->set_integer(s, 2, g->out->to.started_ms);
	while ((rc = ops->step(s, e)) > 0) {
		read_result(ops, s, &r);
		if (r.series != last.series && (rc = end_session(g, e)) < 0)
			break;
		if (r.run != last.run)
			end_run(g);
		last = r;
		if (comparing_weight(r.verdict) > comparing_weight(g->worst.verdict))
			g->worst = r;
	}
	ops->finish(s);
	return rc < 0 ? -1 : end_session(g, e);
}

static int newest_first(const void *a, const void *b)
{
	const struct worse_session *x = a, *y = b;

	if (x->since.started_ms != y->since.started_ms)
		return x->since.started_ms < y->since.started_ms ? 1 : -1;
	return strcmp(x->session, y->session);
}

static int find_range(struct history *h, struct worse_list *l, struct history_runs *runs, struct err *e)
{
	struct history_run last = {.id = INT32_MAX, .started_ms = INT64_MAX};
	int64_t planned = 0;

	if (history_runs_until(h, &last, RUNS, &l->arena, runs, e) < 0)
		return -1;
	while (l->runs < runs->count && planned < PLANNED)
		planned += runs->items[l->runs++].planned;
	runs->count = l->runs;
	if (l->runs) {
		l->to = runs->items[0];
		l->from = runs->items[l->runs - 1];
	}
	return 0;
}

int worse_find(struct history *h, struct worse_list *l, struct err *e)
{
	struct history_runs runs;
	struct gathering g = {.h = h, .out = l, .runs = &runs};

	*l = (struct worse_list){.count = 0};
	arena_init(&l->arena);
	if (find_range(h, l, &runs, e) < 0)
		return -1;
	if (!runs.count)
		return 0;
	if (gather(&g, e) < 0)
		return -1;
	if (l->count)
		qsort(l->items, l->count, sizeof *l->items, newest_first);
	return 0;
}

void worse_finish(struct worse_list *l)
{
	arena_finish(&l->arena);
	*l = (struct worse_list){.count = 0};
}
