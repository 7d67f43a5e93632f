#include "history/runs.h"

#include <string.h>
#include <time.h>

#include "history/open.h"

#define COLUMNS "SELECT id, run, started_ms, ended_ms, exit_status, planned, jobs, version, qemu_version, command, mutants," \
		" image FROM runs"

static void keep(const struct db_ops *ops, struct db_statement *s, struct arena *a, struct history_run *r)
{
	*r = (struct history_run){
		.id = ops->integer(s, 0),
		.run = arena_strdup(a, ops->text(s, 1)),
		.started_ms = ops->integer(s, 2),
		.ended_ms = ops->is_null(s, 3) ? -1 : ops->integer(s, 3),
		.exit_status = (int)ops->integer(s, 4),
		.planned = (int)ops->integer(s, 5),
		.jobs = (int)ops->integer(s, 6),
		.version = arena_strdup(a, ops->text(s, 7)),
		.qemu_version = arena_strdup(a, ops->text(s, 8)),
		.command = arena_strdup(a, ops->text(s, 9)),
		.mutants = ops->integer(s, 10),
		.image = arena_strdup(a, ops->text(s, 11)),
	};
}

/* The first run that the statement finds; finishes it. */
static int first(struct history *h, struct db_statement *s, struct arena *a, struct history_run *r, struct err *e)
{
	int rc = h->db.ops->step(s, e);

	if (rc > 0) {
		keep(h->db.ops, s, a, r);
		h->db.ops->reset(s);
	}
	h->db.ops->finish(s);
	return rc;
}

/* The last part of a path, without slashes at its end. */
static const char *run_id(const char *run, struct arena *a)
{
	size_t n = strlen(run), from;

	while (n > 1 && run[n - 1] == '/')
		n--;
	for (from = n; from > 0 && run[from - 1] != '/'; from--)
		;
	return arena_strndup(a, run + from, n - from);
}

int history_run_find(struct history *h, const char *run, struct arena *a, struct history_run *r, struct err *e)
{
	const char *id = run_id(run, a);
	bool latest = strcmp(id, "latest") == 0;
	struct db_statement *s = db_prepare(&h->db, latest ? COLUMNS " ORDER BY started_ms DESC, id DESC LIMIT 1"
							   : COLUMNS " WHERE run = $1", e);
	int rc;

	if (!s)
		return -1;
	if (!latest)
		h->db.ops->set_text(s, 1, id);
	rc = first(h, s, a, r, e);
	if (rc > 0)
		return 0;
	if (rc < 0)
		return -1;
	if (latest)
		err_set(e, ERR_USAGE, "there is no run in the history %s yet", h->name);
	else
		err_set(e, ERR_USAGE, "the history %s has no run called %s", h->name, id);
	return err_hint(e, "`runtest history --import` brings in what is in the results' folder");
}

int history_runs_until(struct history *h, const struct history_run *last, int most, struct arena *a,
		       struct history_runs *runs, struct err *e)
{
	const struct db_ops *ops = h->db.ops;
	struct db_statement *s = db_prepare(&h->db, COLUMNS " WHERE (started_ms < $1 OR (started_ms = $1 AND id <= $2))"
						    " AND mutants = $3 ORDER BY started_ms DESC, id DESC LIMIT $4", e);
	size_t room = 0;
	int rc;

	*runs = (struct history_runs){.count = 0};
	if (!s)
		return -1;
	ops->set_integer(s, 1, last->started_ms);
	ops->set_integer(s, 2, last->id);
	ops->set_integer(s, 3, last->mutants);
	ops->set_integer(s, 4, most);
	while ((rc = ops->step(s, e)) > 0) {
		runs->items = arena_grow(a, runs->items, &room, runs->count + 1, sizeof *runs->items);
		keep(ops, s, a, &runs->items[runs->count++]);
	}
	ops->finish(s);
	return rc;
}

char *history_when(int64_t ms, char out[HISTORY_WHEN])
{
	time_t t = (time_t)(ms / 1000);
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(out, HISTORY_WHEN, "%Y-%m-%d %H:%M", &tm);
	return out;
}
