/* Why a scenario cannot be run with a variant on a board, and which of a pool's units can run it. Pure. */
#ifndef RUNTEST_PLAN_OBSTACLE_H
#define RUNTEST_PLAN_OBSTACLE_H

#include "config/scenario.h"
#include "config/variant.h"
#include "plan/target.h"
#include "util/mem.h"

struct plan_choice {
	const struct scenario *scenario;
	const struct variant *variant;
	struct expectation want;
	struct plan_target target;
};

/*
 * Why no unit of the target can run it, as a sentence in `a`; or NULL, and only those that can are left in the target:
 * a pool is as good as its best unit.
 */
const char *plan_obstacle(struct plan_choice *c, const char *config, struct arena *a);

#endif
