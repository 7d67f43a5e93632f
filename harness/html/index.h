/* The page's data about the run as a whole: its settings and totals, and one short row for each session. */
#ifndef RUNTEST_HTML_INDEX_H
#define RUNTEST_HTML_INDEX_H

#include "html/html.h"
#include "result/journal.h"

enum { HTML_CHUNK = 16 }; /* sessions whose details are packed together */

/* Appends the JSON object that report.js reads, fit for a <script> element. */
void html_index_add(struct buf *out, const struct run_record *r, const struct html_options *o);

#endif
