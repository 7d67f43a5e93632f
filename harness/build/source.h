/*
 * The source tree of a variant: which files count, what is in them, and a clean copy of them.
 *
 * Left out are version control folders, a `build` folder at the top of the tree, any folder that carries a
 * CACHEDIR.TAG (https://bford.info/cachedir/), the project's own build/ and results/ where the tree holds them, and
 * variants.yaml, mutants.yaml, mutants/ and microkit/ at the top of a tree that has a variants.yaml there.
 * Reading a tree whose files have not changed costs one lstat(2) a file: contents are remembered in an index
 * (docs/decisions/source-index.md).
 */
#ifndef RUNTEST_BUILD_SOURCE_H
#define RUNTEST_BUILD_SOURCE_H

#include <stddef.h>

#include "util/err.h"
#include "util/mem.h"
#include "util/sha256.h"

/* 2020-01-01T00:00:00Z, of all copied files: a file's date is no part of the key, so it must not decide what make finds
 * out of date. */
enum { SOURCE_COPY_DATE = 1577836800 };

enum source_kind { SOURCE_FILE, SOURCE_PROGRAM, SOURCE_LINK }; /* of the mode only the x bit counts, as in git */

struct source_file {
	const char *path; /* relative to the tree */
	enum source_kind kind;
	char sha256[SHA256_HEX]; /* of the contents, or of the link's text */
};

struct source_tree {
	const char *root;          /* absolute */
	struct source_file *files; /* sorted by path, bytewise */
	size_t count, room;
	char sha256[SHA256_HEX]; /* of every path, kind and content */
};

/*
 * Read the tree at `root`. `project` (may be NULL) is the folder whose build/ and results/ do not count; `index` is the
 * file that remembers contents (may be NULL; one that cannot be read or written costs time only). All memory comes from
 * the arena. Errors: ERR_BUILD for what cannot be built from (a socket, a link that leads out of the tree), ERR_IO.
 */
int source_tree_read(struct source_tree *t, struct arena *a, const char *root, const char *project, const char *index,
		     struct err *e);

/* Copy the tree into the empty folder `to`, every file with the same date. A file whose contents are no longer those
 * that were read is ERR_BUILD. */
int source_tree_copy(const struct source_tree *t, const char *to, struct err *e);

#endif
