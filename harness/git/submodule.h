/* Where the objects of a submodule are on this machine. */
#ifndef RUNTEST_GIT_SUBMODULE_H
#define RUNTEST_GIT_SUBMODULE_H

#include "git/revision.h"

/*
 * The repository (arena) that has `commit` of the submodule at `path` in revision `r`: the one that git keeps in
 * modules/NAME of the outer repository, or the checkout at that path. NULL with ERR_BUILD: neither has it.
 */
const char *git_submodule(struct arena *a, const struct git_revision *r, const char *path, const char *commit,
			  struct err *e);

#endif
