#include "history/trend.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "history/open.h"
#include "history/stats.h"
#include "util/names.h"

enum { LOOK_BACK = 30 }; /* results that one is compared with */

struct result_row {
	int64_t run, image, series;
	size_t place;   /* of its run, newest first */
	double ratio;   /* to what its session took before; 0: not known */
	enum verdict verdict;
	bool final;
	int64_t boot_us;
};

struct asking {
	struct history *h;
	const struct trend_request *q;
	struct trend *out;
	struct arena scratch;
	int64_t *series;
	size_t series_count, series_room;
	struct result_row *results;
	size_t count, room;
	int64_t since_ms;
};

static bool is_meant(const char *glob, const char *text)
{
	return !glob || fnmatch(glob, text, 0) == 0;
}

/* ---- which sessions ---- */

static int find_series(struct asking *a, struct err *e)
{
	const struct db_ops *ops = a->h->db.ops;
	struct db_statement *s = db_prepare(&a->h->db, "SELECT series.id, variant.word, board.word, config.word, series.name"
		" FROM series JOIN words AS scenario ON scenario.id = series.scenario"
		" JOIN words AS variant ON variant.id = series.variant JOIN words AS board ON board.id = series.board"
		" JOIN words AS config ON config.id = series.config WHERE scenario.word = $1", e);
	int rc;

	if (!s)
		return -1;
	ops->set_text(s, 1, a->q->scenario);
	while ((rc = ops->step(s, e)) > 0) {
		/* a unit that is named stands in the session's name */
		if (!is_meant(a->q->variant, ops->text(s, 1)) || !is_meant(a->q->board, ops->text(s, 2)) ||
		    !is_meant(a->q->config, ops->text(s, 3)))
			continue;
		a->series = arena_grow(&a->scratch, a->series, &a->series_room, a->series_count + 1, sizeof *a->series);
		a->series[a->series_count++] = ops->integer(s, 0);
	}
	ops->finish(s);
	return rc;
}

int trend_scenarios(struct history *h, struct arena *a, const char *const **names, size_t *count, struct err *e)
{
	struct db_statement *s = db_prepare(&h->db, "SELECT DISTINCT word FROM series JOIN words"
						    " ON words.id = series.scenario ORDER BY word", e);
	const char **list = NULL;
	size_t room = 0;
	int rc;

	*count = 0;
	*names = NULL;
	if (!s)
		return -1;
	while ((rc = h->db.ops->step(s, e)) > 0) {
		list = arena_grow(a, list, &room, *count + 1, sizeof *list);
		list[(*count)++] = arena_strdup(a, h->db.ops->text(s, 0));
	}
	h->db.ops->finish(s);
	*names = list;
	return rc;
}

static const char *name_at(const void *ctx, size_t i)
{
	return ((const char *const *)ctx)[i];
}

/* Nobody knows whether the name is misspelt: the history outlives scenarios. */
static int find_near(struct asking *a, struct err *e)
{
	const char *const *names;
	size_t count;

	if (trend_scenarios(a->h, &a->out->arena, &names, &count, e) < 0)
		return -1;
	a->out->near = names_nearest((struct names){name_at, names, count}, a->q->scenario);
	return 0;
}

/* ---- their results ---- */

static int read_series(struct asking *a, struct db_statement *s, int64_t series, bool *any, struct err *e)
{
	const struct db_ops *ops = a->h->db.ops;
	int rc;

	*any = false;
	ops->set_integer(s, 1, series);
	ops->set_integer(s, 2, a->since_ms);
	while ((rc = ops->step(s, e)) > 0) {
		if (!is_meant(a->q->unit, ops->text(s, 5)))
			continue;
		*any = true;
		a->results = arena_grow(&a->scratch, a->results, &a->room, a->count + 1, sizeof *a->results);
		a->results[a->count] = (struct result_row){.run = ops->integer(s, 0), .image = ops->integer(s, 2),
							   .final = ops->integer(s, 3), .boot_us = ops->integer(s, 4), .series = series};
		if (verdict_from_name(ops->text(s, 1), &a->results[a->count].verdict) < 0)
			a->results[a->count].verdict = VERDICT_NONE;
		a->count++;
	}
	return rc;
}

static int read_results(struct asking *a, struct err *e)
{
	struct db_statement *s = db_prepare(&a->h->db, "SELECT sessions.run, verdict, sessions.image, final, boot_us, word"
		" FROM sessions JOIN runs ON runs.id = sessions.run JOIN words ON words.id = sessions.unit"
		" WHERE series = $1 AND runs.started_ms >= $2 AND runs.mutants = 0", e);
	int rc = s ? 0 : -1;
	bool any;

	for (size_t i = 0; i < a->series_count && rc == 0; i++) {
		rc = read_series(a, s, a->series[i], &any, e);
		a->out->sessions += any;
	}
	a->h->db.ops->finish(s);
	return rc;
}

/* ---- against what was before ---- */

static bool has_boot(const struct result_row *r)
{
	return r->final && verdict_is_ok(r->verdict) && r->boot_us > 0;
}

static int by_series(const void *a, const void *b)
{
	const struct result_row *x = a, *y = b;

	if (x->series != y->series)
		return x->series < y->series ? -1 : 1;
	return (x->place < y->place) - (x->place > y->place); /* oldest first */
}

/* The rows of one session, oldest first. Repeats in one run are not before each other. */
static void compare_series(struct result_row *rows, size_t n)
{
	double last[LOOK_BACK] = {0}, sorted[LOOK_BACK];
	size_t seen = 0, i = 0, next;

	for (; i < n; i = next) {
		size_t have = seen < LOOK_BACK ? seen : LOOK_BACK;
		double median;

		memcpy(sorted, last, have * sizeof *sorted);
		median = stats_median(sorted, have);
		for (next = i; next < n && rows[next].place == rows[i].place; next++)
			if (have && has_boot(&rows[next]))
				rows[next].ratio = (double)rows[next].boot_us / median;
		for (size_t k = i; k < next; k++)
			if (has_boot(&rows[k]))
				last[seen++ % LOOK_BACK] = (double)rows[k].boot_us;
	}
}

static void compare_all(struct asking *a)
{
	size_t next;

	qsort(a->results, a->count, sizeof *a->results, by_series);
	for (size_t i = 0; i < a->count; i = next) {
		for (next = i; next < a->count && a->results[next].series == a->results[i].series; next++)
			;
		compare_series(a->results + i, next - i);
	}
}

/* ---- run by run ---- */

static int by_run(const void *a, const void *b)
{
	const struct result_row *x = a, *y = b;

	if (x->run != y->run)
		return x->run < y->run ? -1 : 1;
	return (x->image > y->image) - (x->image < y->image);
}

static void sum_up(const struct result_row *rows, size_t n, struct trend_row *t)
{
	double *us = xcalloc(n, sizeof *us), *ratios = xcalloc(n, sizeof *ratios);
	size_t boots = 0, compared = 0;

	for (size_t i = 0; i < n; i++) {
		t->retried += !rows[i].final;
		if (rows[i].final)
			t->count[rows[i].verdict]++;
		if (has_boot(&rows[i]))
			us[boots++] = (double)rows[i].boot_us;
		if (rows[i].ratio > 0)
			ratios[compared++] = rows[i].ratio;
		t->images += rows[i].image && (!i || rows[i].image != rows[i - 1].image);
	}
	t->boot_us = stats_median(us, boots);
	t->quickest_us = boots ? us[0] : 0;
	t->slowest_us = boots ? us[boots - 1] : 0;
	t->ratio = stats_median(ratios, compared);
	free(us);
	free(ratios);
}

static size_t same_run(const struct asking *a, size_t from)
{
	size_t n = 0;

	while (from + n < a->count && a->results[from + n].run == a->results[from].run)
		n++;
	return n;
}

static const struct result_row *rows_of(const struct asking *a, int64_t run, size_t *n)
{
	size_t low = 0, high = a->count;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (a->results[mid].run < run)
			low = mid + 1;
		else
			high = mid;
	}
	*n = low < a->count && a->results[low].run == run ? same_run(a, low) : 0;
	return &a->results[low];
}

/* Numbers of runs are given out when they are imported; time goes by when they began. */
static void place_results(struct asking *a, const struct history_runs *runs)
{
	qsort(a->results, a->count, sizeof *a->results, by_run);
	for (size_t i = 0, n; i < runs->count; i++) {
		struct result_row *rows = (struct result_row *)rows_of(a, runs->items[i].id, &n);

		for (size_t k = 0; k < n; k++)
			rows[k].place = i;
	}
	compare_all(a);
	qsort(a->results, a->count, sizeof *a->results, by_run);
}

/* Newest first, until there are enough; then the other way round. */
static int add_rows(struct asking *a, struct err *e)
{
	struct history_run last = {.id = INT32_MAX, .started_ms = INT64_MAX};
	struct history_runs runs;
	struct trend *t = a->out;

	if (history_runs_until(a->h, &last, INT32_MAX, &t->arena, &runs, e) < 0)
		return -1;
	place_results(a, &runs);
	t->rows = arena_alloc(&t->arena, ((size_t)a->q->limit + 1) * sizeof *t->rows);
	for (size_t i = 0, n; i < runs.count && t->count < (size_t)a->q->limit; i++) {
		const struct result_row *rows = rows_of(a, runs.items[i].id, &n);

		if (!n)
			continue;
		t->rows[t->count].run = runs.items[i];
		sum_up(rows, n, &t->rows[t->count++]);
	}
	for (size_t i = 0; i < t->count / 2; i++) {
		struct trend_row row = t->rows[i];

		t->rows[i] = t->rows[t->count - 1 - i];
		t->rows[t->count - 1 - i] = row;
	}
	return 0;
}

static int ask(struct asking *a, struct err *e)
{
	struct history_run since = {.started_ms = INT64_MIN};

	if (a->q->since && history_run_find(a->h, a->q->since, &a->out->arena, &since, e) < 0)
		return -1;
	a->since_ms = since.started_ms;
	if (find_series(a, e) < 0)
		return -1;
	if (!a->series_count)
		return find_near(a, e);
	if (read_results(a, e) < 0)
		return -1;
	return a->count ? add_rows(a, e) : 0;
}

int trend_find(struct history *h, const struct trend_request *q, struct trend *t, struct err *e)
{
	struct asking a = {.h = h, .q = q, .out = t};
	int rc;

	*t = (struct trend){.count = 0};
	arena_init(&t->arena);
	arena_init(&a.scratch);
	rc = ask(&a, e);
	arena_finish(&a.scratch);
	return rc;
}

void trend_finish(struct trend *t)
{
	arena_finish(&t->arena);
	*t = (struct trend){.count = 0};
}
