#include <stdlib.h>
#include <string.h>

#include "history/comparing.h"

enum {
	SAMPLES = 100,       /* of one session, on either side: the newest ones */
	OVERALL_BEFORE = 3,  /* results before that a session needs to count in the ratio of all */
	OVERALL_LEAST = 10,  /* sessions that it takes to say something about all */
};
static const double overall_p = 0.001;

struct samples {
	double us[SAMPLES];
	size_t count;
};

/* One session's test. */
struct test {
	int64_t series;
	struct samples now, before;
	double p;
};

static void collect(const struct window *w, int64_t series, int64_t parameters, struct samples *s)
{
	const struct window_row *rows;

	s->count = 0;
	for (size_t i = 0; i < w->count; i++) {
		size_t n = window_series(&w->runs[i], series, &rows);

		for (size_t k = 0; k < n && s->count < SAMPLES; k++)
			if (verdict_is_ok(rows[k].verdict) && rows[k].boot_us > 0 && rows[k].parameters == parameters)
				s->us[s->count++] = (double)rows[k].boot_us;
	}
}

static double median_of(const struct samples *s)
{
	double sorted[SAMPLES];

	memcpy(sorted, s->us, s->count * sizeof *sorted);
	return stats_median(sorted, s->count);
}

/* ---- all together ---- */

struct ratios {
	double *items;
	size_t count, longer, differ;
};

static void note_ratio(struct ratios *r, const struct test *t)
{
	double ratio;

	if (!t->now.count || t->before.count < OVERALL_BEFORE)
		return;
	ratio = median_of(&t->now) / median_of(&t->before);
	r->items[r->count++] = ratio;
	r->longer += ratio > 1;
	r->differ += ratio > 1 || ratio < 1;
}

static void conclude(struct ratios *r, struct slowness_overall *o)
{
	o->sessions = r->count;
	o->ratio = r->count ? stats_median(r->items, r->count) : 1;
	o->p = stats_sign(r->longer, r->differ);
	o->slower = r->count >= OVERALL_LEAST && o->ratio > 1 + REGRESSIONS_EFFECT && o->p < overall_p;
}

/* ---- one by one ---- */

static int add_slower(struct comparing *c, const struct test *t, struct err *e)
{
	double before = median_of(&t->before), now = median_of(&t->now);
	struct stats_interval shift;
	struct session_change *item;

	if (now <= before * (1 + REGRESSIONS_EFFECT))
		return 0;
	item = comparing_add(c, CHANGE_SLOWER, t->series, e);
	if (!item)
		return -1;
	shift = stats_shift(t->now.us, t->now.count, t->before.us, t->before.count);
	item->before_run = c->out->before.run;
	item->slow = (struct slowness){
		.before = t->before.count, .now = t->now.count, .before_us = before, .now_us = now, .p = t->p, .mark = "",
		.shift = {shift.low / before, shift.mid / before, shift.high / before},
	};
	return comparing_growth(c, t->series, &item->slow, e);
}

static int add_discoveries(struct comparing *c, const struct test *tests, size_t count, struct err *e)
{
	double *p = xcalloc(count + 1, sizeof *p);
	bool *counts = xcalloc(count + 1, sizeof *counts);
	int rc = 0;

	for (size_t i = 0; i < count; i++)
		p[i] = tests[i].p;
	stats_discoveries(p, count, REGRESSIONS_FALSE, counts);
	for (size_t i = 0; i < count && rc == 0; i++)
		if (counts[i])
			rc = add_slower(c, &tests[i], e);
	free(p);
	free(counts);
	return rc;
}

/* What cannot become significant is not tested: it would only make it harder for the others. */
static bool can_tell(const struct comparing *c, const struct test *t)
{
	bool any = t->now.count && t->before.count;
	bool enough = any && stats_least_p(t->now.count, t->before.count) <= REGRESSIONS_FALSE;

	c->out->too_few += any && !enough;
	return enough;
}

int comparing_times(struct comparing *c, struct err *e)
{
	const struct window_run *w = &c->now.runs[0];
	struct test *tests = NULL, *t;
	struct ratios ratios = {.items = xcalloc(w->count + 1, sizeof *ratios.items)};
	size_t count = 0, room = 0, n;
	const struct window_row *rows;
	int rc;

	for (size_t i = 0; i < w->count; i += n) {
		n = window_series(w, w->rows[i].series, &rows);
		tests = xgrow(tests, &room, count + 1, sizeof *tests);
		t = &tests[count];
		t->series = rows->series;
		collect(&c->now, t->series, rows->parameters, &t->now);
		collect(&c->before, t->series, rows->parameters, &t->before);
		note_ratio(&ratios, t);
		if (!can_tell(c, t))
			continue;
		t->p = stats_larger(t->now.us, t->now.count, t->before.us, t->before.count);
		count++;
	}
	c->out->tested = count;
	conclude(&ratios, &c->out->overall);
	rc = add_discoveries(c, tests, count, e);
	free(tests);
	free(ratios.items);
	return rc;
}
