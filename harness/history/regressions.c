#include "history/regressions.h"

#include <stdlib.h>
#include <string.h>

#include "history/comparing.h"
#include "history/open.h"

enum {
	CANDIDATES = 200,     /* runs that are looked at for one that is like the judged one */
	WINDOW_RUNS = 30,     /* whose results are compared with, and ... */
	WINDOW_ROWS = 100000, /* ... how many of them: old results say little, and the answer is to come at once */
};

static const char *const change_names[CHANGES] = {
	[CHANGE_FAILING] = "newly-failing", [CHANGE_VACUOUS] = "newly-vacuous", [CHANGE_FLAKY] = "newly-flaky",
	[CHANGE_SLOWER] = "slower",         [CHANGE_PASSING] = "newly-passing", [CHANGE_MISSING] = "missing",
};

const char *session_change_name(enum change c)
{
	return change_names[c];
}

bool change_is_regression(enum change c)
{
	return c <= CHANGE_SLOWER;
}

struct session_change *comparing_add(struct comparing *c, enum change change, int64_t series, struct err *e)
{
	struct regressions *r = c->out;
	struct session_change item = {.change = change, .before_run = "", .why = "", .quarantine = "", .parameters = "",
				      .before.cause = "", .now.cause = "", .slow.mark = ""};

	if (words_series_name(&c->h->words, series, &r->arena, &item.session, e) < 0)
		return NULL;
	r->items = arena_grow(&r->arena, r->items, &c->room, r->count + 1, sizeof *r->items);
	r->items[r->count] = item;
	return &r->items[r->count++];
}

/* ---- what a session came to ---- */

int comparing_weight(enum verdict v)
{
	switch (v) {
	case VERDICT_FAIL:
		return 5;
	case VERDICT_TIMEOUT:
		return 4;
	case VERDICT_VACUOUS:
		return 3;
	case VERDICT_FLAKY:
		return 2;
	case VERDICT_PASS:
	case VERDICT_EXPECTED_FAIL:
		return 1;
	default:
		return 0;
	}
}

/* The row that says most, or NULL. */
static const struct window_row *sum_up(const struct window_row *rows, size_t n, struct outcome *o)
{
	const struct window_row *worst = NULL;

	*o = (struct outcome){.cause = ""};
	for (size_t i = 0; i < n; i++) {
		int w = comparing_weight(rows[i].verdict);

		o->results += w > 0;
		o->bad += w > 1;
		if (w && (!worst || w > comparing_weight(worst->verdict)))
			worst = &rows[i];
	}
	if (worst) {
		o->verdict = worst->verdict;
		o->cause = cause_name(worst->cause);
	}
	return worst;
}

/* The last one that says something. */
static const struct window_row *look_back(const struct window *before, int64_t series, struct outcome *o,
					  const struct history_run **run)
{
	const struct window_row *rows, *worst = NULL;

	*o = (struct outcome){.cause = ""};
	*run = NULL;
	for (size_t i = 0; i < before->count && !worst; i++) {
		size_t n = window_series(&before->runs[i], series, &rows);

		worst = sum_up(rows, n, o);
		*run = worst ? &before->runs[i].run : NULL;
	}
	return worst;
}

/* CHANGES: none. */
static enum change change_of(const struct outcome *before, const struct outcome *now)
{
	int was = comparing_weight(before->verdict), is = comparing_weight(now->verdict);

	if (is >= 4)
		return was >= 4 ? CHANGES : CHANGE_FAILING;
	if (is == 3)
		return was == 3 ? CHANGES : CHANGE_VACUOUS;
	if (is == 2)
		return was >= 2 ? CHANGES : CHANGE_FLAKY;
	return is == 1 && was > 1 ? CHANGE_PASSING : CHANGES;
}

static int say_parameters(struct comparing *c, const struct window_row *before, const struct window_row *now,
			  struct session_change *item, struct err *e)
{
	const char *was, *is;

	if (before->parameters == now->parameters)
		return 0;
	if (words_text(&c->h->words, before->parameters, &c->scratch, &was, e) < 0 ||
	    words_text(&c->h->words, now->parameters, &c->scratch, &is, e) < 0)
		return -1;
	item->parameters = arena_printf(&c->out->arena, "%s before, %s now", *was ? was : "none", *is ? is : "none");
	return 0;
}

static int judge(struct comparing *c, const struct window_row *rows, size_t n, struct err *e)
{
	struct outcome now, before;
	const struct history_run *run;
	const struct window_row *worst = sum_up(rows, n, &now), *old = look_back(&c->before, rows->series, &before, &run);
	enum change change = change_of(&before, &now);
	struct session_change *item;

	c->out->common += worst && old;
	c->out->still_bad += change == CHANGES && now.bad;
	if (change == CHANGES || !worst)
		return 0;
	item = comparing_add(c, change, rows->series, e);
	if (!item)
		return -1;
	item->now = now;
	item->before = before;
	item->before_run = run ? arena_strdup(&c->out->arena, run->run) : "";
	item->other_image = old && old->image != worst->image;
	if (old && say_parameters(c, old, worst, item, e) < 0)
		return -1;
	return words_text(&c->h->words, worst->why, &c->out->arena, &item->why, e) < 0 ||
	       words_text(&c->h->words, worst->quarantine, &c->out->arena, &item->quarantine, e) < 0 ? -1 : 0;
}

static int judge_all(struct comparing *c, struct err *e)
{
	const struct window_run *w = &c->now.runs[0];
	const struct window_row *rows;

	c->out->sessions = window_series_count(w);
	for (size_t i = 0, n; i < w->count; i += n) {
		n = window_series(w, w->rows[i].series, &rows);
		if (judge(c, rows, n, e) < 0)
			return -1;
	}
	return 0;
}

/* Sessions that had a result in the run compared with, and have none now. */
static int find_missing(struct comparing *c, struct err *e)
{
	const struct window_run *w = &c->before.runs[0];
	const struct window_row *rows, *then;
	struct outcome before, now;

	for (size_t i = 0, n, m; i < w->count; i += n) {
		struct session_change *item;

		n = window_series(w, w->rows[i].series, &then);
		m = window_series(&c->now.runs[0], then->series, &rows);
		if (!sum_up(then, n, &before) || sum_up(rows, m, &now))
			continue;
		item = comparing_add(c, CHANGE_MISSING, then->series, e);
		if (!item || (m && words_text(&c->h->words, rows->why, &c->out->arena, &item->why, e) < 0))
			return -1;
		item->before = before;
		item->before_run = c->out->before.run;
		if (m)
			item->now.verdict = rows->verdict;
	}
	return 0;
}

/* ---- which runs ---- */

static int add_run(struct comparing *c, struct window *w, const struct history_run *run, struct err *e)
{
	return window_read_run(c->h, run, &c->scratch, &w->runs[w->count++], e);
}

static bool is_like(const struct window_run *a, const struct window_run *b, size_t *common)
{
	size_t in_a = window_series_count(a), in_b = window_series_count(b);

	*common = window_common(a, b);
	return *common && *common * 2 >= in_a && *common * 2 >= in_b;
}

/* The last one of which at least half is in the judged run, and the other way round; failing that, the last one of those
 * that have most in common with it. Its place, or -1. */
static int choose(struct comparing *c, const struct history_runs *runs, size_t *place, struct err *e)
{
	size_t most = 0, read = 0, common;
	struct window_run w;

	for (size_t i = 1; i < runs->count && read < WINDOW_ROWS; i++) {
		bool like;

		if (window_read_run(c->h, &runs->items[i], &c->scratch, &w, e) < 0)
			return -1;
		read += w.count;
		like = is_like(&c->now.runs[0], &w, &common);
		if (like || common > most) {
			most = common;
			*place = i;
		}
		if (like)
			return 0;
	}
	if (most)
		return 0;
	err_set(e, ERR_USAGE, "there is nothing to compare run %s with: no run before it has a session in common with it",
		c->out->now.run);
	return err_hint(e, "`runtest history --import` brings in what is in the results' folder");
}

static int find_given(struct comparing *c, const char *since, const struct history_runs *runs, size_t *place,
		      struct err *e)
{
	struct history_run given;

	if (history_run_find(c->h, since, &c->out->arena, &given, e) < 0)
		return -1;
	for (size_t i = 1; i < runs->count; i++)
		if (runs->items[i].id == given.id) {
			*place = i;
			return 0;
		}
	if (given.mutants != c->out->now.mutants)
		return err_set(e, ERR_USAGE, "run %s and run %s cannot be compared: one of them is of mutants", given.run,
			       c->out->now.run);
	return err_set(e, ERR_USAGE, "run %s is not among the %d runs before %s", given.run, CANDIDATES, c->out->now.run);
}

/* The judged run is runs[0]; `place` is the one that it is compared with. */
static int read_windows(struct comparing *c, const struct history_runs *runs, size_t place, struct err *e)
{
	size_t rows = 0;

	/* Boot times of the runs in between are as new as those of the judged one. */
	for (size_t i = 1; !c->out->chosen && i < place && c->now.count < WINDOW_RUNS && rows < WINDOW_ROWS / 2; i++) {
		if (add_run(c, &c->now, &runs->items[i], e) < 0)
			return -1;
		rows += c->now.runs[c->now.count - 1].count;
	}
	for (size_t i = place; i < runs->count && c->before.count < WINDOW_RUNS && (i == place || rows < WINDOW_ROWS); i++) {
		if (add_run(c, &c->before, &runs->items[i], e) < 0)
			return -1;
		rows += c->before.runs[c->before.count - 1].count;
	}
	c->out->before = runs->items[place];
	c->out->window = c->before.count;
	return 0;
}

static int find_runs(struct comparing *c, const char *run, const char *since, struct err *e)
{
	struct regressions *r = c->out;
	struct history_runs runs;
	size_t place = 0;

	if (history_run_find(c->h, run ? run : "latest", &r->arena, &r->now, e) < 0 ||
	    history_runs_until(c->h, &r->now, CANDIDATES + 1, &r->arena, &runs, e) < 0)
		return -1;
	c->now.runs = arena_alloc(&c->scratch, (WINDOW_RUNS + 1) * sizeof *c->now.runs);
	c->before.runs = arena_alloc(&c->scratch, (WINDOW_RUNS + 1) * sizeof *c->before.runs);
	r->chosen = !since;
	if (add_run(c, &c->now, &r->now, e) < 0 ||
	    (since ? find_given(c, since, &runs, &place, e) : choose(c, &runs, &place, e)) < 0)
		return -1;
	return read_windows(c, &runs, place, e);
}

/* ---- all of it ---- */

static int in_order(const void *a, const void *b)
{
	const struct session_change *x = a, *y = b;

	return x->change != y->change ? (int)x->change - (int)y->change : strcmp(x->session, y->session);
}

static void count(struct regressions *r)
{
	if (r->count)
		qsort(r->items, r->count, sizeof *r->items, in_order);
	for (size_t i = 0; i < r->count; i++) {
		r->by_change[r->items[i].change]++;
		r->excused += change_is_regression(r->items[i].change) && *r->items[i].quarantine;
	}
}

int regressions_find(struct history *h, const char *run, const char *since, struct regressions *r, struct err *e)
{
	struct comparing c = {.h = h, .out = r};
	int rc;

	*r = (struct regressions){.count = 0};
	arena_init(&r->arena);
	arena_init(&c.scratch);
	rc = find_runs(&c, run, since, e);
	if (rc == 0)
		rc = judge_all(&c, e);
	if (rc == 0)
		rc = find_missing(&c, e);
	if (rc == 0)
		rc = comparing_times(&c, e);
	count(r);
	arena_finish(&c.scratch);
	return rc;
}

void regressions_finish(struct regressions *r)
{
	arena_finish(&r->arena);
	*r = (struct regressions){.count = 0};
}

bool regressions_any(const struct regressions *r)
{
	size_t n = 0;

	for (int c = 0; c < CHANGES; c++)
		n += change_is_regression((enum change)c) ? r->by_change[c] : 0;
	return n > r->excused || r->overall.slower;
}
