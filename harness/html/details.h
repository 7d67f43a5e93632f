/* The page's data about single sessions: what results.json has of them, and what their folders hold, packed. */
#ifndef RUNTEST_HTML_DETAILS_H
#define RUNTEST_HTML_DETAILS_H

#include "result/journal.h"
#include "util/buf.h"

/* Appends the <script> elements that report.js names #dN, #builds, #kN and #iN. */
void html_details_add(struct buf *out, const struct run_brief *b);

#endif
