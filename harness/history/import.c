#include "history/import.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/sha256.h"

/* Results per transaction: others have their turn in between, and what is done stays done. */
enum { BATCH = 2000 };

/* ---- the run itself ---- */

static int64_t first_number(const struct db_ops *ops, struct db_statement *s, struct err *e)
{
	int rc = ops->step(s, e);
	int64_t n = 0;

	if (rc > 0) {
		n = ops->integer(s, 0);
		ops->reset(s);
	}
	return rc < 0 ? -1 : n;
}

static char *command_text(const struct run_settings *s)
{
	struct buf b;

	buf_init(&b);
	for (const char *const *w = s->command; w && *w; w++)
		buf_printf(&b, "%s%s", w == s->command ? "" : " ", *w);
	return buf_steal(&b);
}

/* Its row: incomplete (journal_sha256 is null) until finish_run(). */
static const char run_sql[] =
	"INSERT INTO runs (run, started_ms, ended_ms, exit_status, planned, jobs, version, qemu_version, command, mutants,"
	" image) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (run) DO UPDATE SET"
	" ended_ms = excluded.ended_ms, exit_status = excluded.exit_status, journal_sha256 = NULL RETURNING id";

static void set_run(const struct db_ops *ops, struct db_statement *s, const struct run_record *r)
{
	const struct run_settings *set = &r->settings;
	int64_t ended = r->ended ? clock_iso_ms(r->ended_at) : -1;
	char *command = command_text(set);

	ops->set_text(s, 1, set->run);
	ops->set_integer(s, 2, clock_iso_ms(set->started));
	ops->set_text(s, 3, NULL);
	ops->set_text(s, 4, NULL);
	if (ended >= 0)
		ops->set_integer(s, 3, ended);
	if (r->ended)
		ops->set_integer(s, 4, r->exit_status);
	ops->set_integer(s, 5, (int64_t)r->plan_count);
	ops->set_integer(s, 6, set->jobs);
	ops->set_text(s, 7, set->version);
	ops->set_text(s, 8, set->qemu_version);
	ops->set_text(s, 9, command);
	ops->set_integer(s, 10, set->mutants);
	ops->set_text(s, 11, set->image_sha256);
	free(command);
}

static int begin_run(struct import *im, struct err *e)
{
	struct db *db = &im->h->db;
	struct db_statement *have = db_prepare(db, "SELECT count(*) FROM runs WHERE run = $1", e);
	struct db_statement *add = have ? db_prepare(db, run_sql, e) : NULL;
	int64_t count = -1;

	im->run = -1;
	if (add) {
		db->ops->set_text(have, 1, im->record->settings.run);
		set_run(db->ops, add, im->record);
		count = first_number(db->ops, have, e);
		im->again = count > 0;
	}
	if (count >= 0)
		im->run = first_number(db->ops, add, e);
	if (add)
		db->ops->finish(add);
	if (have)
		db->ops->finish(have);
	return im->run < 0 ? -1 : 0;
}

static int for_run(const struct import *im, const char *sql, const char *text, int64_t *number, struct err *e)
{
	const struct db_ops *ops = im->h->db.ops;
	struct db_statement *s = db_prepare(&im->h->db, sql, e);
	int64_t n;

	if (!s)
		return -1;
	ops->set_integer(s, 1, im->run);
	if (text)
		ops->set_text(s, 2, text);
	n = first_number(ops, s, e);
	ops->finish(s);
	if (number)
		*number = n;
	return n < 0 ? -1 : 0;
}

/* ---- its results ---- */

static size_t count_rows(const struct run_record *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->plan_count; i++)
		n += session_rows_count(&r->sessions[i]);
	return n;
}

/* Everything from `first` on that one transaction takes; returns where the next one begins. */
static size_t write_batch(const struct import *im, struct session_rows *rows, size_t first, int *rc, struct err *e)
{
	const struct run_record *r = im->record;
	size_t i = first;

	for (size_t n = 0; *rc == 0 && i < r->plan_count && n < BATCH; i++) {
		*rc = session_rows_write(rows, im, &r->sessions[i], e);
		n += session_rows_count(&r->sessions[i]);
	}
	return i;
}

/* Rows that the journal knows nothing of any more (it was damaged, and mended) go, and all is written anew. */
static int drop_stale(struct import *im, bool *stale, struct err *e)
{
	int64_t have;

	if (for_run(im, "SELECT count(*) FROM sessions WHERE run = $1", NULL, &have, e) < 0)
		return -1;
	*stale = (size_t)have != count_rows(im->record);
	if (!*stale)
		return 0;
	if (for_run(im, "DELETE FROM times WHERE run = $1", NULL, NULL, e) < 0)
		return -1;
	return for_run(im, "DELETE FROM sessions WHERE run = $1", NULL, NULL, e);
}

static int finish_run(struct import *im, const char *journal, bool *stale, struct err *e)
{
	if (drop_stale(im, stale, e) < 0)
		return -1;
	if (*stale)
		return 0;
	return for_run(im, "UPDATE runs SET journal_sha256 = $2 WHERE id = $1", journal, NULL, e);
}

/* One pass over all results. */
static int write_all(struct import *im, struct session_rows *rows, const char *journal, bool *stale, struct err *e)
{
	struct db *db = &im->h->db;
	size_t next = 0;
	int rc;

	do {
		if (db_begin(db, e) < 0)
			return -1;
		rc = next == 0 ? begin_run(im, e) : 0;
		next = write_batch(im, rows, next, &rc, e);
		if (rc == 0)
			rc = db->ops->settle(db->link, e);
		if (rc == 0 && next == im->record->plan_count)
			rc = finish_run(im, journal, stale, e);
		rc = db_end(db, rc, e);
	} while (rc == 0 && next < im->record->plan_count);
	return rc;
}

static int write_run(struct import *im, const char *journal, struct err *e)
{
	struct session_rows rows = {.session = NULL};
	bool stale = false;
	int rc = write_all(im, &rows, journal, &stale, e);

	if (rc == 0 && stale)
		rc = write_all(im, &rows, journal, &stale, e);
	if (rc == 0 && stale) {
		err_set(e, ERR_IO, "run %s: two importers have read different journals of it", im->record->settings.run);
		rc = err_hint(e, "has one of them a copy of the results? Import the run again from where it is complete");
	}
	session_rows_finish(&rows, im->h);
	if (rc < 0)
		words_forget(&im->h->words);
	return rc;
}

/* ---- what is there already ---- */

/* Of the journal as it is now; a run that was killed early has none. */
static int hash_journal(const char *run_dir, char *hex, struct err *e)
{
	char *path = xasprintf("%s/journal.jsonl", run_dir);
	int rc = 0;

	if (file_exists(path))
		rc = sha256_file(path, hex, e);
	else
		snprintf(hex, SHA256_HEX, "none");
	free(path);
	return rc;
}

/* 1: this very journal of a run of that name was imported. */
static int is_imported(struct history *h, const char *run, const char *journal, struct err *e)
{
	const struct db_ops *ops = h->db.ops;
	struct db_statement *s = db_prepare(&h->db, "SELECT count(*) FROM runs WHERE run = $1 AND journal_sha256 = $2", e);
	int64_t n;

	if (!s)
		return -1;
	ops->set_text(s, 1, run);
	ops->set_text(s, 2, journal);
	n = first_number(ops, s, e);
	ops->finish(s);
	return n < 0 ? -1 : n > 0;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int import_record(struct history *h, const char *run_dir, const char *journal, struct history_imported *sum,
			 struct err *e)
{
	struct run_record record;
	struct import im = {.h = h, .record = &record};
	int rc = run_record_read(&record, run_dir, e);

	if (rc == 0)
		rc = write_run(&im, journal, e);
	if (rc == 0 && sum) {
		sum->runs++;
		sum->sessions += count_rows(&record);
	}
	run_record_finish(&record);
	return rc;
}

int history_import_run(struct history *h, const char *run_dir, struct history_imported *sum, struct err *e)
{
	char journal[SHA256_HEX];
	char *dir = realpath(run_dir, NULL); /* "latest" is a link */
	int rc;

	if (!dir) {
		err_sys(e, ERR_USAGE, "there is no such run");
		return err_at(e, run_dir, 0, 0);
	}
	/* The hash is older than what is read: should the run go on meanwhile, the next import looks again. */
	rc = hash_journal(dir, journal, e);
	if (rc == 0)
		rc = is_imported(h, last_part(dir), journal, e);
	if (rc > 0 && sum)
		sum->unchanged++;
	if (rc == 0)
		rc = import_record(h, dir, journal, sum, e);
	free(dir);
	return rc < 0 ? -1 : 0;
}

/* ---- all of them ---- */

static int is_candidate(const struct dirent *d)
{
	return d->d_name[0] != '.' && d->d_type != DT_LNK; /* `latest` is one of the others */
}

static int import_entry(struct history *h, const char *dir, struct history_imported *sum,
			void (*odd)(const struct err *e), struct err *e)
{
	char *file = xasprintf("%s/run.json", dir);
	int rc = file_exists(file) ? history_import_run(h, dir, sum, e) : 0;

	free(file);
	/* The database itself is ERR_INFRA, or has its own name in `where`. */
	if (rc < 0 && e->kind == ERR_IO && strncmp(e->where, dir, strlen(dir)) == 0) {
		if (odd)
			odd(e);
		rc = 0;
	}
	return rc;
}

int history_import_folder(struct history *h, const char *results, struct history_imported *sum,
			  void (*odd)(const struct err *e), struct err *e)
{
	char *folder = realpath(results, NULL); /* as errors about its runs have it */
	struct dirent **entries;
	int n = folder ? scandir(folder, &entries, is_candidate, alphasort) : -1, rc = 0;

	if (n < 0) {
		err_sys(e, ERR_USAGE, "cannot look for runs");
		free(folder);
		return err_at(e, results, 0, 0);
	}
	for (int i = 0; i < n; i++) {
		char *dir = xasprintf("%s/%s", folder, entries[i]->d_name);

		if (rc == 0)
			rc = import_entry(h, dir, sum, odd, e);
		free(dir);
		free(entries[i]);
	}
	free(entries);
	free(folder);
	return rc;
}
