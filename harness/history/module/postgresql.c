/* The module postgresql.so: a farm's history on a server. docs/decisions/history-database.md says how it is used. */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history/db.h"
#include "util/mem.h"

/* Statements that are on their way at once: so few that neither side's answers fill the pipe between them. */
enum { PIPELINE_MAX = 256 };

struct db_link {
	PGconn *conn;
	char *where;
	int prepared;  /* how many so far: their names */
	int under_way; /* in the pipeline */
};

struct value {
	char *text; /* NULL: null */
	size_t room;
	int size;   /* of bytes */
	int binary;
};

struct db_statement {
	struct db_link *link;
	char name[16];
	int values; /* the highest place that was set */
	struct value value[DB_VALUES_MAX + 1];
	PGresult *rows; /* while it is stepped through */
	int row;
	unsigned char *bytes; /* of the last one asked for */
};

/* The first line of what libpq says. */
static int failed(const struct db_link *l, const char *doing, const char *said, struct err *e)
{
	bool lost = PQstatus(l->conn) != CONNECTION_OK;

	err_set(e, ERR_INFRA, "the history's database: cannot %s: %.*s", doing, (int)strcspn(said, "\n"), said);
	err_at(e, l->where, 0, 0);
	return lost ? err_hint(e, "is the server up? Nothing is lost: the next import brings in what is missing") : -1;
}

static void say_nothing(void *ctx, const char *message)
{
	(void)ctx;
	(void)message;
}

static void close_link(struct db_link *l)
{
	PQfinish(l->conn);
	free(l->where);
	free(l);
}

static struct db_link *open_link(const char *url, bool make, struct err *e)
{
	/* What stands in the URL comes last, and counts. */
	const char *const keys[] = {"connect_timeout", "fallback_application_name", "client_encoding", "dbname", NULL};
	const char *const values[] = {"10", "runtest", "UTF8", url, NULL};
	struct db_link *l = xcalloc(1, sizeof *l);

	(void)make; /* the database itself is made by whoever runs the server */
	l->where = xstrdup(url);
	l->conn = PQconnectdbParams(keys, values, 1);
	PQsetNoticeProcessor(l->conn, say_nothing, NULL);
	if (PQstatus(l->conn) == CONNECTION_OK)
		return l;
	failed(l, "connect", PQerrorMessage(l->conn), e);
	err_hint(e, "is the server up, and does the database exist? A password is taken from PGPASSFILE or ~/.pgpass");
	close_link(l);
	return NULL;
}

/* ---- what is on its way ---- */

/* Everything up to the pipeline's end; the first error counts, those behind it come of it. */
static int collect(struct db_link *l, struct err *e)
{
	int rc = 0;
	bool done = false;

	while (!done && PQstatus(l->conn) == CONNECTION_OK) {
		PGresult *r = PQgetResult(l->conn);
		ExecStatusType status = r ? PQresultStatus(r) : PGRES_COMMAND_OK;

		done = status == PGRES_PIPELINE_SYNC;
		if (status == PGRES_FATAL_ERROR && rc == 0)
			rc = failed(l, "do what was asked", PQresultErrorMessage(r), e);
		PQclear(r);
	}
	return done ? rc : failed(l, "do what was asked", PQerrorMessage(l->conn), e);
}

static int settle(struct db_link *l, struct err *e)
{
	int rc;

	if (!l->under_way)
		return 0;
	l->under_way = 0;
	if (!PQpipelineSync(l->conn))
		return failed(l, "do what was asked", PQerrorMessage(l->conn), e);
	rc = collect(l, e);
	PQexitPipelineMode(l->conn);
	return rc;
}

static int exec(struct db_link *l, const char *sql, struct err *e)
{
	PGresult *r;
	ExecStatusType status;
	int rc = settle(l, e);

	if (rc < 0)
		return rc;
	r = PQexec(l->conn, sql);
	status = PQresultStatus(r);
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		rc = failed(l, "do what was asked", PQerrorMessage(l->conn), e);
	else if (strcmp(sql, "COMMIT") == 0 && strcmp(PQcmdStatus(r), "ROLLBACK") == 0)
		rc = failed(l, "keep what was written", "something in the transaction had failed", e);
	PQclear(r);
	return rc;
}

/* ---- statements ---- */

static struct db_statement *prepare(struct db_link *l, const char *sql, struct err *e)
{
	struct db_statement *s;
	PGresult *r;
	bool ok;

	if (settle(l, e) < 0)
		return NULL;
	s = xcalloc(1, sizeof *s);
	s->link = l;
	snprintf(s->name, sizeof s->name, "s%d", ++l->prepared);
	r = PQprepare(l->conn, s->name, sql, 0, NULL);
	ok = PQresultStatus(r) == PGRES_COMMAND_OK;
	PQclear(r);
	if (ok)
		return s;
	failed(l, "prepare a query", PQerrorMessage(l->conn), e);
	free(s);
	return NULL;
}

static void set(struct db_statement *s, int place, const void *v, size_t n, bool binary)
{
	struct value *to = &s->value[place];

	if (place > s->values)
		s->values = place;
	if (!v) {
		free(to->text);
		*to = (struct value){.text = NULL};
		return;
	}
	to->text = xgrow(to->text, &to->room, n + 1, 1);
	memcpy(to->text, v, n);
	to->text[n] = '\0';
	to->size = (int)n;
	to->binary = binary;
}

static void set_integer(struct db_statement *s, int place, int64_t v)
{
	char text[24];
	int n = snprintf(text, sizeof text, "%lld", (long long)v);

	set(s, place, text, (size_t)n, false);
}

static void set_text(struct db_statement *s, int place, const char *v)
{
	set(s, place, v, v ? strlen(v) : 0, false);
}

static void set_bytes(struct db_statement *s, int place, const void *v, size_t n)
{
	set(s, place, v, n, true);
}

struct parameters {
	const char *text[DB_VALUES_MAX];
	int size[DB_VALUES_MAX], format[DB_VALUES_MAX];
};

static void fill(const struct db_statement *s, struct parameters *p)
{
	for (int i = 0; i < s->values; i++) {
		p->text[i] = s->value[i + 1].text;
		p->size[i] = s->value[i + 1].size;
		p->format[i] = s->value[i + 1].binary;
	}
}

static void reset(struct db_statement *s)
{
	PQclear(s->rows);
	s->rows = NULL;
}

static int ask(struct db_statement *s, struct err *e)
{
	struct db_link *l = s->link;
	struct parameters p;
	ExecStatusType status;

	if (settle(l, e) < 0)
		return -1;
	fill(s, &p);
	s->rows = PQexecPrepared(l->conn, s->name, s->values, p.text, p.size, p.format, 0);
	s->row = -1;
	status = PQresultStatus(s->rows);
	if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
		return 0;
	reset(s);
	return failed(l, "do what was asked", PQerrorMessage(l->conn), e);
}

static int step(struct db_statement *s, struct err *e)
{
	if (!s->rows && ask(s, e) < 0)
		return -1;
	if (++s->row < PQntuples(s->rows))
		return 1;
	reset(s);
	return 0;
}

static int run(struct db_statement *s, struct err *e)
{
	struct db_link *l = s->link;
	struct parameters p;

	fill(s, &p);
	if (!l->under_way && !PQenterPipelineMode(l->conn))
		return failed(l, "do what was asked", PQerrorMessage(l->conn), e);
	l->under_way++;
	if (!PQsendQueryPrepared(l->conn, s->name, s->values, p.text, p.size, p.format, 0))
		return failed(l, "do what was asked", PQerrorMessage(l->conn), e);
	return l->under_way < PIPELINE_MAX ? 0 : settle(l, e);
}

static bool is_null(struct db_statement *s, int column)
{
	return PQgetisnull(s->rows, s->row, column);
}

static const char *text(struct db_statement *s, int column)
{
	return PQgetvalue(s->rows, s->row, column); /* "" for null */
}

static int64_t integer(struct db_statement *s, int column)
{
	return strtoll(text(s, column), NULL, 10);
}

static double real(struct db_statement *s, int column)
{
	return strtod(text(s, column), NULL);
}

static const void *bytes(struct db_statement *s, int column, size_t *n)
{
	PQfreemem(s->bytes);
	s->bytes = NULL;
	*n = 0;
	if (!is_null(s, column))
		s->bytes = PQunescapeBytea((const unsigned char *)text(s, column), n);
	return s->bytes;
}

static void finish(struct db_statement *s)
{
	struct db_link *l;
	struct err ignored;

	if (!s)
		return;
	l = s->link;
	PQclear(s->rows);
	PQfreemem(s->bytes);
	if (settle(l, &ignored) == 0) {
		char sql[32];

		snprintf(sql, sizeof sql, "DEALLOCATE %s", s->name);
		PQclear(PQexec(l->conn, sql));
	}
	for (int i = 0; i <= DB_VALUES_MAX; i++)
		free(s->value[i].text);
	free(s);
}

extern const struct db_ops database_module;
const struct db_ops database_module = {
	.dialect = {
		.id = "INTEGER GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
		.bytes = "BYTEA",
		.keyed = "",
		/* The lock goes with the transaction, however that ends. The number is this program's own. */
		.begin_write = "BEGIN; SELECT pg_advisory_xact_lock(8245021768117)",
		.has_version = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
			       " AND tablename = 'schema_version'",
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
