/* What is in a tree of git's: `git ls-tree -r`, taken apart. */
#ifndef RUNTEST_GIT_LISTING_H
#define RUNTEST_GIT_LISTING_H

#include "git/revision.h"

enum git_kind { GIT_FILE, GIT_PROGRAM, GIT_LINK, GIT_SUBMODULE };

struct git_entry {
	enum git_kind kind;
	const char *id;   /* of the blob; of a submodule the commit */
	const char *path; /* relative to the tree; has no part that is empty, ".", ".." or ".git" */
};

struct git_listing {
	struct git_entry *entries; /* in git's order */
	size_t count;
};

/* List a tree of `repository`. Everything goes into the arena. ERR_BUILD for what no checkout would hold. */
int git_list(struct git_listing *l, struct arena *a, const char *repository, const char *tree, struct err *e);

/* Take apart what `git ls-tree -r -z` printed: n bytes and a NUL, which is cut into pieces and stays in use. ERR_BUILD
 * (without a place). */
int git_listing_read(struct git_listing *l, struct arena *a, char *text, size_t n, struct err *e);

#endif
