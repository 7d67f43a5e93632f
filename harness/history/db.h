/*
 * A database as the history uses it: prepared statements with values $1, $2, ..., which SQLite and PostgreSQL both take.
 * Each is a module of its own (module/), loaded when somebody opens such a database; runtest itself links neither.
 */
#ifndef RUNTEST_HISTORY_DB_H
#define RUNTEST_HISTORY_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "history/url.h"
#include "util/err.h"

struct db_link; /* the module's own */
struct db_statement;

enum { DB_VALUES_MAX = 128 }; /* of one statement */

/* What differs between them in the SQL that is written once. */
struct db_dialect {
	const char *id;          /* type of a key that counts by itself */
	const char *bytes;       /* type of bytes */
	const char *keyed;       /* behind a table that is looked up by its primary key alone */
	const char *begin_write; /* a transaction that writes: one at a time, the others wait */
	const char *has_version; /* one number: is there a table schema_version? */
};

struct db_ops {
	struct db_dialect dialect;

	/* `make`: it may have to be made first. ERR_USAGE with sys == ENOENT: it is not there, and not to be made. */
	struct db_link *(*open)(const char *where, bool make, struct err *e);
	void (*close)(struct db_link *l);

	/* Statements without values and without rows. */
	int (*exec)(struct db_link *l, const char *sql, struct err *e);

	/* One with values; `sql` is copied. A value is kept until the next one for its place. */
	struct db_statement *(*prepare)(struct db_link *l, const char *sql, struct err *e);
	void (*set_integer)(struct db_statement *s, int place, int64_t v);
	void (*set_text)(struct db_statement *s, int place, const char *v);             /* NULL: null */
	void (*set_bytes)(struct db_statement *s, int place, const void *v, size_t n);  /* NULL: null */

	/* 1: there is a row, 0: no further one (and it can be run again), -1. */
	int (*step)(struct db_statement *s, struct err *e);
	/* Of one that was stepped to a row: no further rows are wanted. */
	void (*reset)(struct db_statement *s);
	bool (*is_null)(struct db_statement *s, int column); /* from 0 */
	int64_t (*integer)(struct db_statement *s, int column);
	double (*real)(struct db_statement *s, int column);
	const char *(*text)(struct db_statement *s, int column); /* "" for null; until the next step */
	const void *(*bytes)(struct db_statement *s, int column, size_t *n); /* NULL for null; until the next step */

	/* One that gives no rows, inside a transaction; that it failed may come out as late as at settle(). */
	int (*run)(struct db_statement *s, struct err *e);
	/* All that was run has been done. */
	int (*settle)(struct db_link *l, struct err *e);

	void (*finish)(struct db_statement *s); /* NULL is fine */
};

#define DB_MODULE_SYMBOL "database_module"

/* The one thing that is passed around. */
struct db {
	const struct db_ops *ops;
	struct db_link *link;
	bool writing; /* a transaction is open */
};

int db_open(struct db *db, const struct database_url *u, bool make, struct err *e);
void db_close(struct db *db);

/* `sql` with {id}, {bytes} and {keyed} as this database writes them. */
int db_exec(struct db *db, const char *sql, struct err *e);
struct db_statement *db_prepare(struct db *db, const char *sql, struct err *e);

/* Transactions that write. db_end() commits when rc is 0, and rolls back otherwise; it returns rc, or -1. */
int db_begin(struct db *db, struct err *e);
int db_end(struct db *db, int rc, struct err *e);

#endif
