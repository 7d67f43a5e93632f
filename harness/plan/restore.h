/* The plan of an earlier run, as its run.json keeps it, with the project as it is now. Pure. */
#ifndef RUNTEST_PLAN_RESTORE_H
#define RUNTEST_PLAN_RESTORE_H

#include "plan/plan.h"
#include "result/journal.h"

/*
 * Jobs for all that the record planned, in its order. `wanted` (by place in that plan; NULL: all): which of them. `image`:
 * the variant that stands for the image which that run was given; NULL: it was given none. The texts are copied.
 * ERR_USAGE when the project no longer has what was planned. Finish p in any case.
 */
int plan_restore(struct plan *p, const struct project *project, const struct run_record *record, const bool *wanted,
		 const struct variant *image, struct err *e);

#endif
