#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history/import.h"
#include "util/buf.h"
#include "util/clock.h"

enum {
	TIMES_AT_ONCE = 32, /* in one statement */
	WHY_MAX = 1000,     /* bytes: databases do not index texts of any length */
};

const char *session_series_name(const char *session, int repeat, struct arena *a)
{
	char suffix[16];
	size_t n = strlen(session), m = (size_t)snprintf(suffix, sizeof suffix, ".%d", repeat);

	return n > m && strcmp(session + n - m, suffix) == 0 ? arena_strndup(a, session, n - m) : session;
}

void session_rows_finish(struct session_rows *r, struct history *h)
{
	const struct db_ops *ops = h->db.ops;

	if (r->session)
		ops->finish(r->session);
	if (r->forget_times)
		ops->finish(r->forget_times);
	for (int i = 0; r->times && i <= TIMES_AT_ONCE; i++)
		if (r->times[i])
			ops->finish(r->times[i]);
	free(r->times);
	*r = (struct session_rows){.session = NULL};
}

/* ---- the session ---- */

static const char session_sql[] =
	"INSERT INTO sessions (run, series, repeat, attempt, final, verdict, cause, wanted, unit, image, parameters, why,"
	" quarantine, not_run, started_ms, duration_ms, boot_us, machine_us)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
	" ON CONFLICT (run, series, repeat, attempt) DO UPDATE SET final = excluded.final, verdict = excluded.verdict,"
	" cause = excluded.cause, wanted = excluded.wanted, unit = excluded.unit, image = excluded.image,"
	" parameters = excluded.parameters, why = excluded.why, quarantine = excluded.quarantine,"
	" not_run = excluded.not_run, started_ms = excluded.started_ms, duration_ms = excluded.duration_ms, boot_us = excluded.boot_us, machine_us = excluded.machine_us";

struct session_numbers {
	int64_t series, unit, image, parameters, why, quarantine; /* 0: none */
};

/* One of a session's attempts. */
struct attempt_row {
	const struct session_result *s; /* what it came to */
	int64_t series;
	int number; /* from 1, in the order in which they came: a resumed run begins to count anew */
	bool final;
};

static char *parameters_text(const struct session_result *s)
{
	struct buf b;

	buf_init(&b);
	for (size_t i = 0; i < s->parameter_count; i++)
		buf_printf(&b, "%s%s=%lld", i ? " " : "", s->parameters[i].name, (long long)s->parameters[i].value);
	return buf_steal(&b);
}

/* At most WHY_MAX bytes of it, and whole characters. */
static char *why_text(const char *why)
{
	size_t n = strlen(why);

	if (n > WHY_MAX)
		for (n = WHY_MAX; n && ((unsigned char)why[n] & 0xc0) == 0x80;)
			n--;
	return xasprintf("%.*s", (int)n, why);
}

static int number_text(struct words *w, char *text, int64_t *id, struct err *e)
{
	int rc = *text ? words_id(w, text, id, e) : 0;

	free(text);
	return rc;
}

static int number(const struct import *im, const struct session_result *s, struct session_numbers *n, struct err *e)
{
	struct words *w = &im->h->words;
	struct series_name series = {.scenario = s->scenario, .variant = s->variant, .board = s->board,
				     .config = s->config, .arch = s->arch};
	struct arena scratch;
	int rc;

	*n = (struct session_numbers){.series = 0};
	arena_init(&scratch);
	series.name = session_series_name(s->name, s->repeat, &scratch);
	rc = words_series(w, &series, &n->series, e);
	arena_finish(&scratch);
	if (rc < 0 || words_id(w, s->unit, &n->unit, e) < 0)
		return -1;
	if (s->image_sha256 && words_id(w, s->image_sha256, &n->image, e) < 0)
		return -1;
	if (number_text(w, parameters_text(s), &n->parameters, e) < 0)
		return -1;
	if (s->quarantine.name && words_id(w, s->quarantine.name, &n->quarantine, e) < 0)
		return -1;
	/* Why a session is as it should be is the same sentence a thousand times. */
	return verdict_is_ok(s->verdict) || !s->why ? 0 : number_text(w, why_text(s->why), &n->why, e);
}

static void set_number(const struct db_ops *ops, struct db_statement *s, int place, int64_t id)
{
	if (id)
		ops->set_integer(s, place, id);
	else
		ops->set_text(s, place, NULL);
}

static void set_key(const struct db_ops *ops, struct db_statement *st, const struct import *im,
		    const struct attempt_row *a)
{
	ops->set_integer(st, 1, im->run);
	ops->set_integer(st, 2, a->series);
	ops->set_integer(st, 3, a->s->repeat);
	ops->set_integer(st, 4, a->number);
}

static int write_session(struct session_rows *rows, const struct import *im, const struct attempt_row *a,
			 const struct session_numbers *n, struct err *e)
{
	const struct db_ops *ops = im->h->db.ops;
	const struct session_result *s = a->s;
	struct db_statement *st = rows->session;
	int64_t started = clock_iso_ms(s->started);

	set_key(ops, st, im, a);
	ops->set_integer(st, 5, a->final);
	ops->set_text(st, 6, verdict_name(s->verdict));
	ops->set_text(st, 7, s->cause ? cause_name(s->cause) : NULL);
	ops->set_text(st, 8, s->expected.control ? cause_name(s->expected.cause) : NULL);
	ops->set_integer(st, 9, n->unit);
	set_number(ops, st, 10, n->image);
	set_number(ops, st, 11, n->parameters);
	set_number(ops, st, 12, n->why);
	set_number(ops, st, 13, n->quarantine);
	ops->set_text(st, 14, s->not_run);
	set_number(ops, st, 15, started > 0 ? started : 0);
	ops->set_integer(st, 16, s->duration_ms);
	ops->set_integer(st, 17, s->boot_us);
	ops->set_integer(st, 18, s->machine_us);
	return ops->run(st, e);
}

/* ---- its times ---- */

struct time_row {
	int64_t what, boot, ms;
};

/* Marks: when they came, since power-on. Phases (boot 0): how long they took. */
static int collect_times(const struct import *im, const struct session_result *s, struct time_row *t, size_t *count,
			 struct err *e)
{
	struct words *w = &im->h->words;

	*count = 0;
	for (size_t i = 0; i < s->mark_count; i++) {
		t[*count] = (struct time_row){.boot = s->marks[i].boot ? s->marks[i].boot : 1, .ms = s->marks[i].at_ms};
		if (s->marks[i].at_ms >= 0 && words_id(w, s->marks[i].mark, &t[(*count)++].what, e) < 0)
			return -1;
	}
	for (size_t i = 0; i < s->phase_count; i++) {
		const struct phase_result *p = &s->phases[i];

		t[*count] = (struct time_row){.boot = 0, .ms = p->end_ms - p->start_ms};
		if (p->outcome == PHASE_DONE && p->end_ms >= p->start_ms && p->start_ms >= 0 &&
		    words_id(w, p->name, &t[(*count)++].what, e) < 0)
			return -1;
	}
	return 0;
}

/* Of two of the same name in one boot the first counts. */
static struct db_statement *prepare_times(struct db *db, size_t n, struct err *e)
{
	struct db_statement *s;
	struct buf sql;

	buf_init(&sql);
	buf_adds(&sql, "INSERT INTO times (run, series, repeat, attempt, boot, what, ms) VALUES ");
	for (size_t i = 0; i < n; i++)
		buf_printf(&sql, "%s($1, $2, $3, $4, $%zu, $%zu, $%zu)", i ? ", " : "", 5 + 3 * i, 6 + 3 * i, 7 + 3 * i);
	buf_adds(&sql, " ON CONFLICT DO NOTHING");
	s = db_prepare(db, sql.data, e);
	buf_finish(&sql);
	return s;
}

static int write_some_times(struct session_rows *rows, const struct import *im, const struct attempt_row *a,
			    const struct time_row *t, size_t n, struct err *e)
{
	const struct db_ops *ops = im->h->db.ops;
	struct db_statement **st = &rows->times[n];

	if (!*st)
		*st = prepare_times(&im->h->db, n, e);
	if (!*st)
		return -1;
	set_key(ops, *st, im, a);
	for (size_t i = 0; i < n; i++) {
		ops->set_integer(*st, (int)(5 + 3 * i), t[i].boot);
		ops->set_integer(*st, (int)(6 + 3 * i), t[i].what);
		ops->set_integer(*st, (int)(7 + 3 * i), t[i].ms);
	}
	return ops->run(*st, e);
}

static int write_times(struct session_rows *rows, const struct import *im, const struct attempt_row *a, struct err *e)
{
	const struct db_ops *ops = im->h->db.ops;
	const struct session_result *s = a->s;
	struct time_row *t = xcalloc(s->mark_count + s->phase_count + 1, sizeof *t);
	size_t count, n;
	int rc = collect_times(im, s, t, &count, e);

	if (rc == 0 && im->again) {
		set_key(ops, rows->forget_times, im, a);
		rc = ops->run(rows->forget_times, e);
	}
	for (size_t i = 0; rc == 0 && i < count; i += n) {
		n = count - i < TIMES_AT_ONCE ? count - i : TIMES_AT_ONCE;
		rc = write_some_times(rows, im, a, t + i, n, e);
	}
	free(t);
	return rc;
}

/* ---- both ---- */

static int have_statements(struct session_rows *rows, struct db *db, struct err *e)
{
	if (!rows->times)
		rows->times = xcalloc(TIMES_AT_ONCE + 1, sizeof *rows->times);
	if (!rows->session)
		rows->session = db_prepare(db, session_sql, e);
	if (rows->session && !rows->forget_times)
		rows->forget_times = db_prepare(db, "DELETE FROM times WHERE run = $1 AND series = $2 AND repeat = $3"
						    " AND attempt = $4", e);
	return rows->forget_times ? 0 : -1;
}

static int write_attempt(struct session_rows *rows, const struct import *im, struct attempt_row *a, struct err *e)
{
	struct session_numbers n;

	if (number(im, a->s, &n, e) < 0)
		return -1;
	a->series = n.series;
	return write_session(rows, im, a, &n, e) < 0 ? -1 : write_times(rows, im, a, e);
}

/* Of an attempt that was not the last one its summary is kept: the session as it was planned, with that in it. */
static struct session_result as_tried(const struct session_result *s, const struct attempt_summary *t)
{
	return (struct session_result){
		.name = s->name, .scenario = s->scenario, .variant = s->variant, .board = s->board, .config = s->config,
		.arch = s->arch, .repeat = s->repeat, .expected = s->expected, .unit = t->unit ? t->unit : s->unit,
		.image_sha256 = s->image_sha256, .parameters = s->parameters, .parameter_count = s->parameter_count,
		.verdict = t->verdict, .cause = t->cause, .why = t->why, .started = t->started,
		.duration_ms = t->duration_ms,
	};
}

static bool has_ended(const struct session_result *s)
{
	return s->verdict != VERDICT_NONE;
}

size_t session_rows_count(const struct session_result *s)
{
	return s->tried_count + has_ended(s);
}

int session_rows_write(struct session_rows *rows, const struct import *im, const struct session_result *s, struct err *e)
{
	struct attempt_row last = {.s = s, .number = (int)s->tried_count + 1, .final = true};
	int rc = have_statements(rows, &im->h->db, e);

	for (size_t i = 0; i < s->tried_count && rc == 0; i++) {
		struct session_result tried = as_tried(s, &s->tried[i]);
		struct attempt_row a = {.s = &tried, .number = (int)i + 1};

		rc = write_attempt(rows, im, &a, e);
	}
	return rc == 0 && has_ended(s) ? write_attempt(rows, im, &last, e) : rc;
}
