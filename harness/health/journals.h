/* Every attempt of every session in the runs of a results folder, from their journals alone. */
#ifndef RUNTEST_HEALTH_JOURNALS_H
#define RUNTEST_HEALTH_JOURNALS_H

#include "result/model.h"
#include "util/err.h"

/*
 * Calls `take` for each, in no order that matters. A run whose journal is cut short or damaged counts up to there; a folder
 * that is not there has no runs. ERR_IO for one that cannot be read.
 */
int journals_each(const char *results, void (*take)(void *ctx, const struct session_result *r), void *ctx, struct err *e);

#endif
