/* The history, for one answer: opened for reading only; that there is none yet is no error but something to be told. */
#ifndef RUNTEST_SERVE_PAST_H
#define RUNTEST_SERVE_PAST_H

#include "history/history.h"
#include "serve/answer.h"

/* NULL: the answer says why. */
struct history *past_open(const struct source *s, struct answer *a, bool api);

#endif
