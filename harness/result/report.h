/* The writers: pure functions from a run's record to one format each. */
#ifndef RUNTEST_RESULT_REPORT_H
#define RUNTEST_RESULT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "result/journal.h"
#include "util/buf.h"

/* The verdict table for people; colour when asked. Sessions that differ only in --repeat are one row with a count.
 * Of mutants it shows what each had to come to, and says last how many were caught: "N passed, M failed".
 * Behind it the totals and the results' folder, as a path from the current folder when it lies below that. */
void report_table(FILE *out, const struct run_record *r, bool colour);

/* What each session that is not ok came to: demand, what was seen, pages, tail, paths. Repeats that came to the same
 * verdict and cause are told once, with the names of all. Nothing when all is well. */
void report_failures(FILE *out, const struct run_record *r);

/* The same about one session, as plain printable text; paths as seen from the current folder, or absolute. */
void report_failure(struct buf *out, const struct run_record *r, const struct session_result *s, bool from_here);

/* JUnit as Jenkins and GitLab read it; the subset in use is docs/junit.xsd. */
void report_junit(struct buf *out, const struct run_record *r);
void report_json(struct buf *out, const struct run_record *r); /* results.json, docs/results.schema.json */

/* junit.xml and results.json into the run's folder, atomically. */
int report_write_all(const struct run_record *r, struct err *e);

#endif
