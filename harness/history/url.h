/* Where a history is: the URL of a database. */
#ifndef RUNTEST_HISTORY_URL_H
#define RUNTEST_HISTORY_URL_H

#include "util/err.h"

enum database_kind { DATABASE_SQLITE, DATABASE_POSTGRESQL };

struct database_url {
	enum database_kind kind;
	const char *where; /* SQLite: the path, inside `text`; PostgreSQL: the URL itself, as libpq takes it */
};

/*
 * Read "sqlite:PATH" or "postgresql://[USER@][HOST][:PORT][/DATABASE][?KEY=VALUE&...]"; `where` points into `text`.
 * One with a password in it is refused: it would show in lists of processes and stay in shell histories; libpq takes it
 * from PGPASSFILE or PGPASSWORD. ERR_USAGE, which repeats no password.
 */
int database_url_parse(struct database_url *u, const char *text, struct err *e);

#endif
