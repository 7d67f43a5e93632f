/* The levels of nested results that are open: when one opens, when it closes, and what was missing then. */
#ifndef RUNTEST_PROTO_TAPLEVEL_H
#define RUNTEST_PROTO_TAPLEVEL_H

#include "proto/caseformat.h"
#include "proto/taptree.h"

struct tap_level {
	size_t indent;
	int planned;       /* -1: no plan yet */
	bool plan_behind;  /* the plan came behind the results: it ends them */
	int came;          /* results at this level */
	int last;          /* number of the last one */
	size_t first_case; /* cases from here on are this level's, or inside it */
	char name[CASES_NAME_MAX]; /* "" until known */
	unsigned char seen[CASES_MAX / 8 + 1]; /* numbers that came, as bits */
};

struct tap_tree {
	const struct tap_dialect *dialect;
	struct tap_level levels[TAP_DEPTH];
	size_t depth;                   /* levels that are open; 0: nothing has begun */
	char next_name[CASES_NAME_MAX]; /* from "# Subtest: NAME", for the level that opens next */
	struct buf comments;            /* that wait for their result */
	bool after_point, yaml;         /* diagnostics may follow; they are being read */
	size_t yaml_indent;
	struct test_case *last; /* the case whose diagnostics they are; NULL: nobody's */
	char suspect[64];       /* a line that may be the beginning of a "not ok" which another speaker cut in two */
};

/* The innermost level; one is open. */
struct tap_level *tap_top(struct tap_tree *t);

/* May a level open at this indentation? And do it; false: they are nested too deep, which is a fault. */
bool tap_may_open(const struct tap_tree *t, size_t indent);
bool tap_open_level(struct cases *c, struct tap_tree *t, size_t indent);

/* Close the innermost level. `parent`: the result of the test it belongs to has come; else it never will. */
void tap_close_level(struct cases *c, struct tap_tree *t, bool parent);

/* Which open level stands at this indentation; -1: none. */
int tap_level_at(const struct tap_tree *t, size_t indent);

/* The level for a line at this indentation: opened when it may, with deeper ones closed; NULL: it is nobody's. */
struct tap_level *tap_level_for(struct cases *c, struct tap_tree *t, size_t indent);

/* Nothing more of this level will come: was its plan kept? */
void tap_check_plan(struct cases *c, struct tap_tree *t, const struct tap_level *v);

/* The test whose subtests were `v`: its name goes before theirs. True: it says nothing that they do not. */
bool tap_adopt(struct cases *c, const struct tap_level *v, const struct tap_line *l, enum case_outcome outcome);

bool tap_has_seen(const struct tap_level *v, int number);

/* " in NAME" for faults; nothing for the outermost level. Returns out. */
const char *tap_inside(const struct tap_tree *t, const struct tap_level *v, char out[CASES_NAME_MAX + 16]);

void tap_copy_text(char out[CASES_NAME_MAX], struct tap_text text);

#endif
