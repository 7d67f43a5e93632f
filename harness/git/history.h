/* The history between two commits: what a bisection asks git for. Nothing is written; git keeps no state of it. */
#ifndef RUNTEST_GIT_HISTORY_H
#define RUNTEST_GIT_HISTORY_H

#include <stdbool.h>

#include "util/err.h"
#include "util/mem.h"

/*
 * The commits that may have brought the change: in the history of `bad`, itself included, and of none of `good`. The one
 * that halves them best comes first (git rev-list --bisect-all, which knows about merges). NULL-terminated, in the arena;
 * NULL with an error.
 */
const char *const *git_suspects(struct arena *a, const char *repository, const char *bad, const char *const *good,
				struct err *e);

/* Is the commit in the history of the other? -1 with an error. */
int git_is_ancestor(const char *repository, const char *old, const char *new, struct err *e);

/* Where the two parted (the best common ancestor), or NULL with an error. */
const char *git_merge_base(struct arena *a, const char *repository, const char *x, const char *y, struct err *e);

/* First line of its message; "" when git does not tell. */
const char *git_subject(struct arena *a, const char *repository, const char *commit);

/* Id, author, date, message and diffstat (of a merge: against its first parent), for people. */
const char *git_describe(struct arena *a, const char *repository, const char *commit, struct err *e);

#endif
