/* Everything that goes into one build, gathered before it begins, and the key that follows from it. */
#ifndef RUNTEST_BUILD_RECIPE_H
#define RUNTEST_BUILD_RECIPE_H

#include <stddef.h>

#include "build/builder.h"
#include "build/dtb.h"
#include "build/patch.h"
#include "build/source.h"
#include "build/tool.h"
#include "git/revision.h"

/* In a command's words, folders that are not known before it runs, or whose names must not count. */
#define WORD_OUT "${out}"   /* RUNTEST_OUT */
#define WORD_TREE "${tree}" /* the copy of the sources */
#define WORD_SDK "${sdk}"   /* the recipe's SDK */

struct recipe {
	const struct build_request *request;
	const struct source_tree *source;      /* NULL with a revision */
	const struct git_revision *revision;   /* NULL with a plain folder */
	const char *const *const *commands; /* argvs, run one after the other; NULL-terminated; at least one */
	const char *sdk;                    /* folder of the Microkit SDK, or NULL; WORD_* mean nothing without one */
	char sdk_sha256[SHA256_HEX];        /* of all in it that is used */
	struct patch_file *patches;
	size_t patch_count;
	const struct tool *tools; /* as many as the variant names */
	size_t tool_count;
	struct dtb dtb; /* the board's device tree */
	char key[SHA256_HEX];
};

/* What recipes of one run share: trees, tools and device trees are read once. */
struct pantry {
	const char *root; /* the project's folder, its real path */
	struct arena *arena;
	struct tool_shelf tools;
	struct source_tree *sources;
	size_t source_count, source_room;
	struct pantry_revision *revisions; /* looked up already */
	size_t revision_count, revision_room;
	struct board_tree *boards; /* device trees */
	size_t board_count, board_room;
};

/* The tree at `path`, read at most once. */
int pantry_tree(struct pantry *p, const char *path, struct source_tree *out, struct err *e);

void pantry_open(struct pantry *p, struct arena *a, const char *root);
void pantry_close(struct pantry *p);

/* Where the sources come from, for logs and manifests: "/path", or "/path at COMMIT". From the arena. */
const char *recipe_source(const struct recipe *r, struct arena *a);

/* Gather everything for a request. The recipe's strings live in the pantry's arena. */
int recipe_make(struct recipe *r, struct pantry *p, const struct build_request *request, struct err *e);

#endif
