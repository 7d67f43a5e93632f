/* A range of commits as a series of patches, one for each commit. */
#ifndef RUNTEST_GIT_SERIES_H
#define RUNTEST_GIT_SERIES_H

#include <stddef.h>

#include "util/err.h"
#include "util/mem.h"

struct git_patch {
	const char *commit;  /* its id */
	const char *subject; /* first line of its message */
	const char *text;    /* what patch(1) reads */
	size_t size;
};

/*
 * The commits of `range` ("A..B"), the oldest first, as patches for the tree (or with `folder` for that folder of it).
 * Patches and their texts go into the arena. ERR_BUILD: no such range, an empty one, one with merges or with changes to
 * binary files, which no patch can express.
 */
int git_series(struct arena *a, const char *repository, const char *range, const char *folder,
	       const struct git_patch **patches, size_t *count, struct err *e);

/* Take apart a line of `git log`, "ID PARENTS\tSUBJECT", which stays in use. ERR_BUILD: it is none, or that of a merge. */
int git_series_commit(struct git_patch *p, char *line, const char *repository, struct err *e);

#endif
