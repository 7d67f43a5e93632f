/* What a scenario needs of a board unit that not every unit offers. */
#ifndef RUNTEST_PLAN_CAPABILITY_H
#define RUNTEST_PLAN_CAPABILITY_H

#include "config/board.h"
#include "config/scenario.h"
#include "util/mem.h"

/* What the unit cannot do and the scenario wants, as a sentence in `a` that says where it does, or NULL. */
const char *capability_lacking(const struct scenario *s, const struct board_unit *u, struct arena *a);

#endif
