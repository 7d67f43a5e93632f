/* Values for the parameters of scenarios: their defaults, and what was set with `--set NAME=N`. Pure. */
#ifndef RUNTEST_PLAN_PARAMETERS_H
#define RUNTEST_PLAN_PARAMETERS_H

#include "config/project.h"
#include "util/err.h"
#include "util/mem.h"
#include "util/template.h"

/*
 * Every text of `set` (NULL-terminated; NULL: none) must be NAME=N, name a parameter of one of the scenarios that the
 * globs mean, and be within the limits of all that have it. ERR_USAGE.
 */
int parameters_check(const struct project *p, const char *const *scenarios, const char *const *set, struct err *e);

/* All parameters of the scenario with their values; the last text on one counts. The array comes from `a`. */
struct variables parameters_of(const struct scenario *s, const char *const *set, struct arena *a);

#endif
