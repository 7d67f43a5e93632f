/* The writers: pure functions from a run's record to one format each. */
#ifndef RUNTEST_RESULT_REPORT_H
#define RUNTEST_RESULT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "result/journal.h"
#include "util/buf.h"

/* The verdict table for people; colour when asked. Sessions that differ only in --repeat are one row with a count. */
void report_table(FILE *out, const struct run_record *r, bool colour);

/* What each session that is not ok came to: demand, what was seen, pages, tail, paths. */
void report_failures(FILE *out, const struct run_record *r);

void report_junit(struct buf *out, const struct run_record *r);
void report_json(struct buf *out, const struct run_record *r); /* results.json, docs/results.schema.json */

/* junit.xml and results.json into the run's folder, atomically. */
int report_write_all(const struct run_record *r, struct err *e);

#endif
