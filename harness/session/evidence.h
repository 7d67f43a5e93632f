/* What a session saw becomes the evidence of its result. Inner part of the room. */
#ifndef RUNTEST_SESSION_EVIDENCE_H
#define RUNTEST_SESSION_EVIDENCE_H

#include "result/model.h"
#include "witness/looks.h"

/* The looks at memory; `file` is where the scenario stands. Strings and arrays come from `a`, or are the looks' own. */
void evidence_of_looks(struct session_evidence *ev, const struct looks *looks, const char *file, struct arena *a);

#endif
