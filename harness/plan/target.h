/*
 * Where sessions can run: one named unit, or a pool, which is any unit of a kind. A glob that means units' names means
 * those units; one that means a kind, and no unit of that kind by its name, means the pool. A kind of QEMU machines is its
 * own unit's name, so that naming it means that machine. Pure.
 */
#ifndef RUNTEST_PLAN_TARGET_H
#define RUNTEST_PLAN_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "config/project.h"
#include "util/err.h"
#include "util/mem.h"

struct plan_target {
	const char *board; /* as a session's name has it: the unit's name or, of a pool, the kind's */
	const struct board_kind *kind;
	const struct board_unit *const *units; /* a pool's, in the project's order; one otherwise */
	size_t unit_count;
};

struct plan_targets {
	struct plan_target *items;
	size_t count;
};

/*
 * What the globs mean (NULL-terminated; NULL: every machine that a QEMU kind is by itself), in the order of the project's
 * units, a pool where its first unit stands. Everything comes from `a` or points into the project.
 */
struct plan_targets plan_targets_of(const struct project *p, const char *const *globs, bool only_qemu, struct arena *a);

/* The unit, or else the pool of the kind, of exactly that name. False: there is none, or no unit of the kind. */
bool plan_target_named(const struct project *p, const char *board, struct plan_target *t, struct arena *a);

/* ERR_USAGE when a glob means nothing but kinds of which there is no unit. */
int plan_targets_check(const struct project *p, const char *const *globs, struct err *e);

#endif
