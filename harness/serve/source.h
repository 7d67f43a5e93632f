/* Where everything that is shown comes from. */
#ifndef RUNTEST_SERVE_SOURCE_H
#define RUNTEST_SERVE_SOURCE_H

#include <stdbool.h>

#include "util/buf.h"
#include "util/err.h"

struct source {
	const char *results;  /* the folder of all runs, absolute */
	const char *database; /* URL of the history, or NULL: as history_open() finds it */
	const char *scratch;  /* a folder of our own, for what need not be made twice */
	const char *name;     /* of the project, for titles */
	bool has_token;       /* one can sign out */
	/* The boards as `runtest list boards --json` and `runtest health --list --json` show them: JSON texts. -1: what is wrong. */
	int (*boards)(void *ctx, struct buf *boards, struct buf *health, struct err *e);
	void *ctx;
};

#endif
