/*
 * One attempt at a build, in one folder: `folder`/tree is the clean copy of the sources, `folder`/board.dtb the device
 * tree, and `folder`/entry what is going to be the cache entry: artefacts, the command's output, the manifest.
 * Runs in a worker: it changes the process's environment to what the command is to see.
 */
#ifndef RUNTEST_BUILD_ATTEMPT_H
#define RUNTEST_BUILD_ATTEMPT_H

#include <stdbool.h>

#include "build/recipe.h"
#include "util/buf.h"

struct attempt {
	const struct recipe *recipe;
	struct arena *arena;
	int output; /* a descriptor that gets the output as well, each line behind the build's name; -1: none */
	int makes;  /* compilers that one make may run at once */
	const char *ccache; /* folder of a compiler cache for commands that use ccache(1); NULL: they must compile */

	const char *folder, *entry, *log_path; /* the rest is the attempt's own */
	int log;
	struct buf line;      /* of the command's output, until it is whole */
	struct buf complaint; /* the first line that looks like an error, or the last one that is not empty */
	bool found_error;
	struct err *e;
};

/* Build in the empty `folder`. 0 with a whole entry; else -1: log_path is what there is of the log, or NULL. */
int attempt_make(struct attempt *t, const char *folder, struct err *e);

/* "FOLDER/NAME" in the attempt's arena. */
const char *attempt_path(struct attempt *t, const char *folder, const char *name);

#endif
