/*
 * The order in which sessions are best begun, and how long they will take altogether. First those that failed of late, so
 * that bad news comes early. Then hardware: a board does one thing after another, and the board that has most to do must not
 * wait. Then QEMU machines, round by round of --repeat, the longest first, so that none of them is alone at the end. Pure.
 */
#ifndef RUNTEST_PLAN_ORDER_H
#define RUNTEST_PLAN_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/hints.h"
#include "plan/plan.h"

/* Take over what the hints know into the jobs (expected_ms, failure_rate; what they do not know stays a guess), and set
 * p->order. NULL: no hints. What is alike stays in the plan's order. */
void plan_order(struct plan *p, const struct session_hints *hints);

/* How many sessions run side by side. */
struct plan_room {
	size_t slots;       /* 1.. */
	bool for_all;       /* hardware takes one, too; otherwise only machines do */
};

/*
 * Milliseconds from now to the end of the last session, if everything takes as long as expected, and no two sessions run on
 * one unit of hardware. `done` (by place in the plan; NULL: none) are those that are over.
 */
int64_t plan_expected_ms(const struct plan *p, const bool *done, struct plan_room room);

/* The same in the middle of a run: `ms` says how long the job will still take; 0: it is over. */
int64_t plan_left_ms(const struct plan *p, int64_t (*ms)(void *ctx, size_t i), void *ctx, struct plan_room room);

#endif
