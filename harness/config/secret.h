/*
 * A password or token, as sections of a board unit name it: it stands in an environment variable or in a file of its
 * owner's, and is read when it is needed. The YAML file, logs and errors never have it.
 */
#ifndef RUNTEST_CONFIG_SECRET_H
#define RUNTEST_CONFIG_SECRET_H

#include "util/err.h"

enum secret_place { SECRET_ENV, SECRET_FILE };

struct secret {
	enum secret_place place;
	const char *env;  /* SECRET_ENV: the variable's name */
	const char *file; /* SECRET_FILE: absolute path */
};

/* What it is, one line without its line end; malloc'd, the caller wipes and frees it with secret_forget(). NULL and
 * ERR_INFRA: not set, not there, empty, or (a file) open to others than its owner. */
char *secret_read(const struct secret *s, struct err *e);

void secret_forget(char *value); /* NULL is fine */

extern const struct schema schema_secret; /* struct secret */

#endif
