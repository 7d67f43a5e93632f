/*
 * YAML as a tree of places and texts. No scalar has a type here: whether "on", "5s" or "1e3" is a word, a duration or
 * a mistake is for the description of the file to say, not for YAML's rules (of which there are several).
 *
 * Left out on purpose: aliases, tags and mappings as keys, which these files have no use for; each is a mistake.
 */
#ifndef RUNTEST_CONFIG_YAML_H
#define RUNTEST_CONFIG_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "config/mistake.h"
#include "util/mem.h"

enum {
	YAML_FILE_MAX = 1024 * 1024, /* bytes of a file */
	YAML_TEXT_MAX = 4096,        /* bytes of one scalar */
	YAML_DEPTH_MAX = 16,         /* lists and mappings inside each other */
	YAML_NODES_MAX = 50000,      /* values in a file */
};

enum yaml_kind {
	YAML_SCALAR,
	YAML_LIST,
	YAML_MAP,
	YAML_BROKEN, /* reported already: whoever reads the tree passes over it */
};

struct yaml {
	enum yaml_kind kind;
	int line, column;       /* from 1 */
	const char *text;       /* scalar: NUL-terminated, and may have NULs inside */
	size_t text_len;
	bool empty;             /* scalar: nothing is written there, not even "" */
	const struct yaml *key; /* the key this is the value of; an element of a list has the list's; NULL at the top */
	struct yaml *child;     /* of a list or mapping, in the order written */
	size_t child_count;
	struct yaml *next;      /* neighbour in the same list or mapping */
};

/* Parse a file's bytes. The tree lives in the arena. NULL when nothing can be read from it; mistakes say why. */
const struct yaml *yaml_parse(struct arena *a, const char *bytes, size_t n, struct mistakes *m);

#endif
