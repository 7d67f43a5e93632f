/*
 * How long a session will probably take, where none like it was seen before: from what the scenario waits for, how often
 * it repeats it, and how often its board starts. A guess: it puts sessions in order and shares them out, and is the same
 * on every machine. Pure.
 */
#ifndef RUNTEST_PLAN_GUESS_H
#define RUNTEST_PLAN_GUESS_H

#include <stdint.h>

#include "config/board.h"
#include "config/scenario.h"
#include "util/template.h"

/* Milliseconds, 1 or more; no more than the scenario's deadline. */
int64_t plan_guess_ms(const struct scenario *s, const struct board_unit *u, struct variables parameters);

#endif
