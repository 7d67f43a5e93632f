/*
 * The git program, asked in a way that leaves the user's repository as it is and that the user's settings do not change.
 *
 * Only commands that read are run. Every GIT_* variable is taken out of the environment, system and user configuration
 * are not read, hooks and file system monitors are off, no lock is taken for tidying up an index, no object is fetched
 * from elsewhere, and replacement objects do not count: a revision is what its hash says.
 * (docs/decisions/source-trees.md says why the program and not a library.)
 */
#ifndef RUNTEST_GIT_PROGRAM_H
#define RUNTEST_GIT_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"
#include "util/err.h"
#include "util/mem.h"

struct git_call {
	const char *repository;   /* folder in which git runs */
	const char *const *words; /* without "git"; NULL-terminated */
	bool search_up;           /* a repository in a folder above will do; else `repository` is its top */
	int in;                   /* its standard input; 0 or -1: nothing */
	/* Every piece of its standard output. Negative: end it; has filled the error itself. NULL: nobody listens. */
	int (*output)(void *ctx, const char *data, size_t n);
	void *ctx;
};

/*
 * Run it to its end. Its exit status (0..255), with what it said on stderr appended to `complaint` (may be NULL), or -1:
 * ERR_INFRA when git cannot be started, ERR_CANCELLED after a stop was requested, or the listener's own error.
 */
int git_run(const struct git_call *c, struct buf *complaint, struct err *e);

/* Run it and keep what it printed, in the arena; *n (may be NULL) is its length. NULL: `e` is filled, with ERR_BUILD and
 * the last thing that git said when it failed. */
char *git_text(struct arena *a, const char *repository, const char *const *words, size_t *n, struct err *e);

/* git's last word, without "fatal: ". */
void git_last_word(const struct buf *complaint, char *out, size_t n);

#endif
