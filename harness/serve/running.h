/* A session that runs, in a list of them: its name, which leads to its console, and what that said last. */
#ifndef RUNTEST_SERVE_RUNNING_H
#define RUNTEST_SERVE_RUNNING_H

#include "serve/source.h"
#include "util/buf.h"

/* One <li>; unit NULL: it is not told. */
void running_add(struct buf *out, const struct source *s, const char *run, const char *session, const char *unit);

#endif
