/*
 * What a bisection knows, in one JSON file that is replaced as a whole after each revision: whenever it is cut off, at
 * most the revision under way is tested again.
 */
#ifndef RUNTEST_BISECT_STATE_H
#define RUNTEST_BISECT_STATE_H

#include <stdint.h>

#include "bisect/search.h"
#include "git/revision.h"
#include "util/err.h"
#include "util/mem.h"

#define BISECT_FILE "bisect.json"

struct bisect_test {
	const char *commit, *tree;
	enum mark mark;
	struct outcome outcome; /* the one that decided */
	const char *run;        /* folder of the last run with its boots, in the bisection's; or NULL: not booted */
	const char *note;       /* why it was skipped, or how its boots disagreed; or NULL */
	int boots;
};

struct bisect_state {
	struct arena *arena;
	const char *repository, *folder; /* folder may be NULL */
	const char *good, *bad;          /* commits asked about */
	const char *scenario, *variant, *unit, *config;
	const char *const *set;          /* or NULL */
	int repeat;
	int64_t timeout_ms;
	const char *recipe;              /* hash of what else decides: variants file, scenario, patches */
	const char *culprit, *subject;   /* the first bad commit, and the first line of its message; NULL: not found (yet) */
	struct bisect_test *tests;
	size_t count, room;
};

int bisect_state_write(const struct bisect_state *s, const char *dir, struct err *e);

/* ERR_USAGE: no bisection there; ERR_IO: its file is damaged. Everything goes into the arena. */
int bisect_state_read(struct bisect_state *s, struct arena *a, const char *dir, struct err *e);

/* What is known of the commit, or NULL. */
const struct bisect_test *bisect_state_find(const struct bisect_state *s, const char *commit);

/* The same of any commit with this tree. */
const struct bisect_test *bisect_state_find_tree(const struct bisect_state *s, const char *tree);

void bisect_state_add(struct bisect_state *s, const struct bisect_test *t);

#endif
