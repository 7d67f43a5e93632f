#include "history/window.h"

#include "history/open.h"

static const char rows_sql[] = "SELECT series, image, parameters, why, quarantine, verdict, cause, boot_us FROM sessions"
			       " WHERE run = $1 AND final = 1 ORDER BY series, repeat";

static void keep(const struct db_ops *ops, struct db_statement *s, struct window_row *r)
{
	*r = (struct window_row){
		.series = ops->integer(s, 0),
		.image = ops->integer(s, 1),
		.parameters = ops->integer(s, 2),
		.why = ops->integer(s, 3),
		.quarantine = ops->integer(s, 4),
		.boot_us = ops->integer(s, 7),
	};
	/* What a later version may call otherwise is no verdict to this one. */
	if (verdict_from_name(ops->text(s, 5), &r->verdict) < 0)
		r->verdict = VERDICT_NONE;
	if (cause_from_name(ops->text(s, 6), &r->cause) < 0)
		r->cause = CAUSE_NONE;
}

int window_read_run(struct history *h, const struct history_run *run, struct arena *a, struct window_run *w,
		    struct err *e)
{
	const struct db_ops *ops = h->db.ops;
	struct db_statement *s = db_prepare(&h->db, rows_sql, e);
	size_t room = 0;
	int rc;

	*w = (struct window_run){.run = *run};
	if (!s)
		return -1;
	ops->set_integer(s, 1, run->id);
	while ((rc = ops->step(s, e)) > 0) {
		w->rows = arena_grow(a, w->rows, &room, w->count + 1, sizeof *w->rows);
		keep(ops, s, &w->rows[w->count++]);
	}
	ops->finish(s);
	return rc;
}

size_t window_series(const struct window_run *w, int64_t series, const struct window_row **first)
{
	size_t low = 0, high = w->count, n = 0;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (w->rows[mid].series < series)
			low = mid + 1;
		else
			high = mid;
	}
	while (low + n < w->count && w->rows[low + n].series == series)
		n++;
	*first = n ? &w->rows[low] : NULL;
	return n;
}

size_t window_series_count(const struct window_run *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->count; i++)
		n += !i || w->rows[i].series != w->rows[i - 1].series;
	return n;
}

size_t window_common(const struct window_run *w, const struct window_run *other)
{
	const struct window_row *first;
	size_t n = 0;

	for (size_t i = 0; i < w->count; i++)
		n += (!i || w->rows[i].series != w->rows[i - 1].series) && window_series(other, w->rows[i].series, &first);
	return n;
}
