/* The module sqlite.so: a history in one file. docs/decisions/history-database.md says how it is opened, and why. */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "history/db.h"
#include "util/mem.h"

enum {
	PATIENCE_MS = 120 * 1000, /* another importer may have a batch to end, on a slow disk */
	RETRY_MS = 20,
};

struct db_link {
	sqlite3 *db;
	char *path;
};

struct db_statement {
	struct db_link *link;
	sqlite3_stmt *stmt;
	int places[DB_VALUES_MAX + 1]; /* where SQLite has the value $N */
};

static int failed(const struct db_link *l, const char *doing, struct err *e)
{
	int code = sqlite3_errcode(l->db);

	err_set(e, ERR_IO, "the history's database: cannot %s: %s", doing, sqlite3_errmsg(l->db));
	err_at(e, l->path, 0, 0);
	if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
		return err_hint(e, "move that file away: `runtest history --import` makes it again from the journals");
	if (code == SQLITE_BUSY)
		return err_hint(e, "another process has held it for two minutes");
	if (code == SQLITE_READONLY || code == SQLITE_CANTOPEN)
		return err_hint(e, "may you write there? --database sqlite:PATH or RUNTEST_DATABASE names another place");
	return -1;
}

static int exec(struct db_link *l, const char *sql, struct err *e)
{
	return sqlite3_exec(l->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : failed(l, "do what was asked", e);
}

/* Readers do not wait for the writer. SQLite does not wait by itself here while others are opening the same file. */
static int use_wal(struct db_link *l, struct err *e)
{
	int rc = SQLITE_OK;

	for (int waited = 0; waited < PATIENCE_MS; waited += RETRY_MS) {
		rc = sqlite3_exec(l->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
		if (rc != SQLITE_BUSY && rc != SQLITE_LOCKED)
			break;
		sqlite3_sleep(RETRY_MS);
	}
	return rc == SQLITE_OK ? 0 : failed(l, "open it", e);
}

/* It is derived: a power cut may cost its last batches, which the next import brings back, but never its form. */
static int set_up(struct db_link *l, bool make, struct err *e)
{
	sqlite3_busy_timeout(l->db, PATIENCE_MS);
	if (make && use_wal(l, e) < 0)
		return -1;
	return exec(l, "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY", e);
}

static void close_link(struct db_link *l)
{
	sqlite3_close(l->db);
	free(l->path);
	free(l);
}

static struct db_link *open_link(const char *path, bool make, struct err *e)
{
	struct db_link *l;
	int flags = SQLITE_OPEN_READWRITE | (make ? SQLITE_OPEN_CREATE : 0);

	if (!make && access(path, F_OK) < 0 && errno == ENOENT) {
		err_sys(e, ERR_USAGE, "there is no history yet");
		err_at(e, path, 0, 0);
		err_hint(e, "`runtest run` begins one; `runtest history --import` makes it from the results that are there");
		return NULL;
	}
	l = xcalloc(1, sizeof *l);
	l->path = xstrdup(path);
	if (sqlite3_open_v2(path, &l->db, flags, NULL) != SQLITE_OK)
		failed(l, "open it", e);
	else if (set_up(l, make, e) == 0)
		return l;
	close_link(l);
	return NULL;
}

/* ---- statements ---- */

static struct db_statement *prepare(struct db_link *l, const char *sql, struct err *e)
{
	struct db_statement *s = xcalloc(1, sizeof *s);
	char name[16];

	s->link = l;
	if (sqlite3_prepare_v3(l->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->stmt, NULL) != SQLITE_OK) {
		failed(l, "prepare a query", e);
		free(s);
		return NULL;
	}
	for (int i = 1; i <= DB_VALUES_MAX; i++) {
		snprintf(name, sizeof name, "$%d", i);
		s->places[i] = sqlite3_bind_parameter_index(s->stmt, name);
	}
	return s;
}

static void set_integer(struct db_statement *s, int place, int64_t v)
{
	sqlite3_bind_int64(s->stmt, s->places[place], v);
}

static void set_text(struct db_statement *s, int place, const char *v)
{
	sqlite3_bind_text(s->stmt, s->places[place], v, -1, SQLITE_TRANSIENT);
}

static void set_bytes(struct db_statement *s, int place, const void *v, size_t n)
{
	sqlite3_bind_blob64(s->stmt, s->places[place], v, n, SQLITE_TRANSIENT);
}

static int step(struct db_statement *s, struct err *e)
{
	int rc = sqlite3_step(s->stmt);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		failed(s->link, "do what was asked", e);
	sqlite3_reset(s->stmt);
	return rc == SQLITE_DONE ? 0 : -1;
}

static void reset(struct db_statement *s)
{
	sqlite3_reset(s->stmt);
}

static bool is_null(struct db_statement *s, int column)
{
	return sqlite3_column_type(s->stmt, column) == SQLITE_NULL;
}

static int64_t integer(struct db_statement *s, int column)
{
	return sqlite3_column_int64(s->stmt, column);
}

static double real(struct db_statement *s, int column)
{
	return sqlite3_column_double(s->stmt, column);
}

static const char *text(struct db_statement *s, int column)
{
	const char *t = (const char *)sqlite3_column_text(s->stmt, column);

	return t ? t : "";
}

static const void *bytes(struct db_statement *s, int column, size_t *n)
{
	const void *b = sqlite3_column_blob(s->stmt, column);

	*n = (size_t)sqlite3_column_bytes(s->stmt, column);
	return b;
}

static int run(struct db_statement *s, struct err *e)
{
	int rc = step(s, e);

	if (rc > 0)
		reset(s);
	return rc < 0 ? -1 : 0;
}

static int settle(struct db_link *l, struct err *e)
{
	(void)l;
	(void)e;
	return 0;
}

static void finish(struct db_statement *s)
{
	if (!s)
		return;
	sqlite3_finalize(s->stmt);
	free(s);
}

extern const struct db_ops database_module;
const struct db_ops database_module = {
	.dialect = {
		.id = "INTEGER PRIMARY KEY",
		.bytes = "BLOB",
		.keyed = "WITHOUT ROWID",
		.begin_write = "BEGIN IMMEDIATE",
		.has_version = "SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'",
	},
	.open = open_link,
	.close = close_link,
	.exec = exec,
	.prepare = prepare,
	.set_integer = set_integer,
	.set_text = set_text,
	.set_bytes = set_bytes,
	.step = step,
	.reset = reset,
	.is_null = is_null,
	.integer = integer,
	.real = real,
	.text = text,
	.bytes = bytes,
	.run = run,
	.settle = settle,
	.finish = finish,
};
