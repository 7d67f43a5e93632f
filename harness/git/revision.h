/* A revision of the user's repository: which commit it names, and which tree the build is made from. */
#ifndef RUNTEST_GIT_REVISION_H
#define RUNTEST_GIT_REVISION_H

#include "util/err.h"
#include "util/mem.h"

enum { GIT_ID_SIZE = 65 }; /* a SHA-256 in hex and its NUL; SHA-1 is shorter */

struct git_revision {
	const char *repository; /* real path of its top, or of the bare repository */
	const char *name;       /* as it was asked for: "main", "HEAD~3" */
	const char *folder;     /* of the tree only this folder, or NULL */
	char commit[GIT_ID_SIZE];
	char tree[GIT_ID_SIZE]; /* of the folder: covers every byte of it, and the commits of submodules */
};

/* ERR_BUILD: no repository there, no such revision or folder in it; ERR_INFRA: no git. Strings go into the arena. */
int git_resolve(struct git_revision *r, struct arena *a, const char *repository, const char *name, const char *folder,
		struct err *e);

/* The repository that a folder lies in: its top (arena) and the folder inside it (NULL: the top itself). */
int git_enclosing(struct arena *a, const char *folder, const char **top, const char **inside, struct err *e);

/* Is it a whole object id in hex? */
int git_is_id(const char *text);

#endif
