/*
 * Results that may have results inside, as TAP and KTAP both have them: a subtest's lines stand further right, and
 * the result of the test that they belong to comes behind them. What differs between the two is in struct tap_dialect.
 *
 * The results of the innermost tests are the cases. A test that has subtests is none of its own, unless it says
 * something that they do not: that it failed although they passed, or that there were none.
 */
#ifndef RUNTEST_PROTO_TAPTREE_H
#define RUNTEST_PROTO_TAPTREE_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/cases.h"
#include "proto/tapline.h"

enum { TAP_DEPTH = 8 }; /* levels; a deeper one is a fault */

struct tap_dialect {
	bool ktap;           /* may begin with KTAP's version line */
	size_t indent;       /* how far right a subtest stands; 0: any way */
	bool yaml;           /* diagnostics in YAML may follow a result */
	bool comments_first; /* comments stand before the result they belong to, not behind it */
	bool in_order;       /* numbers run 1, 2, 3; else they only stay in the plan's range */
	bool inner_plans;    /* a subtest needs a plan as well */
	unsigned directives; /* set of 1 << enum tap_directive */
};

struct tap_tree; /* one output's state; opaque */

struct tap_tree *tap_tree_create(const struct tap_dialect *d);
void tap_tree_destroy(struct tap_tree *t);
bool tap_tree_line(struct cases *c, struct tap_tree *t, const char *line, size_t n);
void tap_tree_end(struct cases *c, struct tap_tree *t);

#endif
