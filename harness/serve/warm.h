/*
 * What takes long the first time is made while nobody waits for it: summaries of the runs on the first page, and the report of
 * the newest run that has ended, which is what people look at in the morning.
 */
#ifndef RUNTEST_SERVE_WARM_H
#define RUNTEST_SERVE_WARM_H

#include "serve/answer.h"

enum { WARM_EVERY_MS = 5 * 60 * 1000 };

/* An errand like a page, without anything to show. What was made already is left alone, and so are runs that go on. */
answer_fn warm_up;

#endif
