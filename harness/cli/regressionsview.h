/* How `runtest regressions` shows what it has found. */
#ifndef RUNTEST_CLI_REGRESSIONSVIEW_H
#define RUNTEST_CLI_REGRESSIONSVIEW_H

#include "history/regressions.h"
#include "util/buf.h"

void regressions_text(const struct regressions *r, struct buf *out);
void regressions_json(const struct regressions *r, struct buf *out); /* one object, and a newline */

#endif
