/* The history's tables, and how those of older versions become them. docs/history.md describes every column. */
#ifndef RUNTEST_HISTORY_SCHEMA_H
#define RUNTEST_HISTORY_SCHEMA_H

#include "history/db.h"

enum { SCHEMA_VERSION = 2 };

/* Of a database without a history 0. ERR_USAGE for one that a newer version of this program has made. */
int schema_version(struct db *db, int *version, struct err *e);

/* Bring the database to a version from 1 to SCHEMA_VERSION, all in one transaction; one that has it is left alone. */
int schema_migrate(struct db *db, int version, struct err *e);

#endif
