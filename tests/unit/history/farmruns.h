/*
 * Runs for the tests of the history: folders with journals, as `runtest run` leaves them. The history is a SQLite file, or,
 * where RUNTEST_TEST_DATABASE is the URL of a PostgreSQL database, a schema of its own there.
 */
#ifndef RUNTEST_TESTS_HISTORY_FARMRUNS_H
#define RUNTEST_TESTS_HISTORY_FARMRUNS_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "history/history.h"
#include "history/open.h"
#include "result/journal.h"
#include "util/buf.h"
#include "util/file.h"

/* One result; of what is not said: pass, board "qemu_a", image "aa", 10 ms. */
struct told {
	const char *scenario;
	int repeat; /* 0: 1 */
	enum verdict verdict;
	enum cause cause;
	const char *why, *image, *unit;
	int64_t boot_us;
	int64_t parameter; /* "n"; 0: it has none */
	bool control;      /* must fail with pd-code-cleared */
};

struct farmruns {
	char folder[64];
	char *url; /* of a fresh history */
	struct arena arena;
};

/* In the server's database, where everybody has a place of his own. */
static inline char *server_url(const char *server, const char *name)
{
	char *schema = xasprintf("t%d_%s", (int)getpid(), name), *sql = xasprintf("CREATE SCHEMA %s", schema), *url;
	struct database_url u;
	struct err e = {0};
	struct db db;

	ck_assert_msg(database_url_parse(&u, server, &e) == 0 && db_open(&db, &u, true, &e) == 0 && db_exec(&db, sql, &e) == 0,
		      "%s", e.what);
	db_close(&db);
	url = xasprintf("%s%coptions=-csearch_path%%3D%s", server, strchr(server, '?') ? '&' : '?', schema);
	free(sql);
	free(schema);
	return url;
}

/* Of a history that is not there yet. */
static inline char *fresh_url(const struct farmruns *f, const char *name)
{
	const char *server = getenv("RUNTEST_TEST_DATABASE");

	return server ? server_url(server, name) : xasprintf("sqlite:%s/%s.db", f->folder, name);
}

static inline void farmruns_setup(struct farmruns *f)
{
	*f = (struct farmruns){.url = NULL};
	snprintf(f->folder, sizeof f->folder, "/tmp/runtest-history-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(f->folder));
	f->url = fresh_url(f, "history");
	arena_init(&f->arena);
}

static inline void farmruns_teardown(struct farmruns *f)
{
	arena_finish(&f->arena);
	ck_assert_int_eq(file_remove_tree(f->folder, NULL), 0);
	free(f->url);
}

static inline struct planned told_plan(struct farmruns *f, const struct told *t)
{
	int repeat = t->repeat ? t->repeat : 1;

	return (struct planned){
		.name = arena_printf(&f->arena, "%s.patched.qemu_a.debug.%d", t->scenario, repeat),
		.scenario = t->scenario,
		.variant = "patched",
		.board = "qemu_a",
		.unit = "qemu_a",
		.arch = "aarch64",
		.config = "debug",
		.repeat = repeat,
		.expected = {t->control, t->control ? CAUSE_PD_CODE_CLEARED : CAUSE_NONE, NULL},
	};
}

static inline void told_result(struct farmruns *f, const char *run, const struct told *t, struct session_result *r)
{
	struct planned p = told_plan(f, t);

	session_result_init(r);
	r->run = run;
	r->name = p.name;
	r->scenario = p.scenario;
	r->variant = p.variant;
	r->board = p.board;
	r->unit = t->unit ? t->unit : p.unit;
	r->arch = p.arch;
	r->config = p.config;
	r->repeat = p.repeat;
	r->expected = p.expected;
	r->verdict = t->verdict ? t->verdict : VERDICT_PASS;
	r->cause = t->cause;
	r->why = t->why ? t->why : "every demand was met";
	r->attempts = 1;
	r->started = "2026-01-31T23:58:13.000Z";
	r->boot_us = t->boot_us ? t->boot_us : 10000;
	r->duration_ms = r->boot_us / 1000;
	r->machine_us = 500;
	r->image_sha256 = t->image ? t->image : "aa";
	if (t->parameter) {
		r->parameters = arena_alloc(&r->arena, sizeof *r->parameters);
		r->parameters[0] = (struct parameter_value){"n", t->parameter};
		r->parameter_count = 1;
	}
	r->marks = arena_alloc(&r->arena, 2 * sizeof *r->marks);
	r->marks[0] = (struct session_mark){"kernel-up", "kernel", 1, 3, 10};
	r->marks[1] = (struct session_mark){"init-up", "init", 1, r->duration_ms, 20};
	r->mark_count = 2;
	r->phases = arena_alloc(&r->arena, sizeof *r->phases);
	r->phases[0] = (struct phase_result){"boot", PHASE_DONE, 1, r->duration_ms, 0};
	r->phase_count = 1;
}

static inline void told_append_as(struct farmruns *f, struct journal *j, const struct told *t,
				  int (*as)(struct journal *j, const char *json, struct err *e))
{
	struct session_result r;
	struct err e = {0};
	char *json;

	told_result(f, journal_run(j), t, &r);
	json = session_result_to_json(&r);
	ck_assert_msg(as(j, json, &e) == 0, "%s", e.what);
	free(json);
	session_result_finish(&r);
}

static inline void told_append(struct farmruns *f, struct journal *j, const struct told *t)
{
	told_append_as(f, j, t, journal_session_ended);
}

/* A run called `run`, begun at that day of January 2026, of which the first `done` results came. Its folder. */
static inline const char *told_run_part(struct farmruns *f, const char *run, int day, const struct told *told, size_t count,
					size_t done, bool ended)
{
	static const char *const command[] = {"runtest", "run", "*", NULL};
	struct run_settings settings = {.run = run, .version = "0.1.0", .project = "/home/ada/p", .command = command,
					.jobs = 2, .qemu_version = "7.2.19"};
	struct planned *plan = xcalloc(count, sizeof *plan);
	struct err e = {0};
	struct journal *j;

	settings.started = arena_printf(&f->arena, "2026-01-%02dT20:00:00.000Z", day);
	for (size_t i = 0; i < count; i++)
		plan[i] = told_plan(f, &told[i]);
	j = journal_create(f->folder, &settings, plan, count, &e);
	ck_assert_msg(j, "%s", e.what);
	for (size_t i = 0; i < done; i++)
		told_append(f, j, &told[i]);
	if (ended)
		ck_assert_int_eq(journal_run_ended(j, 0, &e), 0);
	journal_close(j);
	free(plan);
	return arena_printf(&f->arena, "%s/%s", f->folder, run);
}

static inline const char *told_run(struct farmruns *f, const char *run, int day, const struct told *told, size_t count)
{
	return told_run_part(f, run, day, told, count, count, true);
}

static inline struct history *history_at(struct farmruns *f, const char *url, bool write)
{
	struct err e = {0};
	struct history *h = history_open(url, f->folder, write, &e);

	ck_assert_msg(h, "%s (%s)", e.what, e.where);
	return h;
}

static inline struct history *farmruns_open(struct farmruns *f, bool write)
{
	return history_at(f, f->url, write);
}

static inline void import_run(struct history *h, const char *dir, struct history_imported *sum)
{
	struct err e = {0};

	ck_assert_msg(history_import_run(h, dir, sum, &e) == 0, "%s (%s)", e.what, e.where);
}

/* A query's rows as text: columns joined by "|", rows by newlines. */
static inline char *rows_text(struct history *h, const char *sql, int columns)
{
	const struct db_ops *ops = h->db.ops;
	struct err e = {0};
	struct db_statement *s = db_prepare(&h->db, sql, &e);
	struct buf b;
	int rc;

	ck_assert_msg(s, "%s", e.what);
	buf_init(&b);
	while ((rc = ops->step(s, &e)) > 0) {
		for (int i = 0; i < columns; i++)
			buf_printf(&b, "%s%s", i ? "|" : "", ops->text(s, i));
		buf_adds(&b, "\n");
	}
	ck_assert_msg(rc == 0, "%s", e.what);
	ops->finish(s);
	return buf_steal(&b);
}

/* Everything that is in the history, without the numbers that the database gave out. */
static inline char *history_text(struct history *h)
{
	char *runs = rows_text(h, "SELECT run, started_ms, ended_ms, exit_status, planned, jobs, version, qemu_version,"
				  " command, mutants, image, journal_sha256 FROM runs ORDER BY run", 12);
	char *results = rows_text(h, "SELECT run, session, scenario, variant, board, config, arch, repeat, attempt, final,"
				     " verdict, cause, wanted, unit, image_sha256, parameters, why, quarantine, not_run,"
				     " started_ms, duration_ms, boot_us, machine_us FROM results"
				     " ORDER BY run, session, repeat, attempt", 23);
	char *times = rows_text(h, "SELECT runs.run, series.name, repeat, attempt, boot, word, ms FROM times"
				   " JOIN runs ON runs.id = times.run JOIN series ON series.id = times.series"
				   " JOIN words ON words.id = times.what"
				   " ORDER BY runs.run, series.name, repeat, attempt, boot, word", 7);
	char *all = xasprintf("%s--\n%s--\n%s", runs, results, times);

	free(runs);
	free(results);
	free(times);
	return all;
}

#endif
