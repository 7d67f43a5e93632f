/* The writers: pure functions from a run's record to one format each. */
#ifndef RUNTEST_RESULT_REPORT_H
#define RUNTEST_RESULT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "result/journal.h"
#include "result/told.h"
#include "util/buf.h"

/* The verdict table for people; colour when asked. Sessions that differ only in --repeat are one row with a count.
 * Of mutants it shows what each had to come to, and says last how many were caught: "N passed, M failed".
 * Behind it the totals and the results' folder, as a path from the current folder when it lies below that. */
void report_table(FILE *out, const struct run_record *r, bool colour);
void report_table_text(struct buf *out, const struct run_record *r, bool colour);
void report_totals(struct buf *out, const struct run_record *r); /* "4 pass · 1 fail  in 1.20s\n" */

/* What each session that is not ok came to: demand, what was seen, pages, tail, paths. Repeats that came to the same
 * verdict and cause are told once, with the names of all. Nothing when all is well. */
void report_failures(FILE *out, const struct run_record *r);

/* The same about one session, as plain printable text; paths as seen from the current folder, or absolute. */
void report_failure(struct buf *out, const struct run_record *r, const struct session_result *s, bool from_here);
void report_told(struct buf *out, const struct run_record *r, const struct told *t, bool from_here); /* with its repeats */

/* Its parts: "SCENARIO / VARIANT / UNIT / CONFIG: VERDICT, CAUSE" without a newline; and what was demanded, what came
 * instead, whose doing it was, and the commands that show it again, without the console and its ground. */
void report_headline(struct buf *out, const struct session_result *s);
void report_answer(struct buf *out, const struct run_record *r, const struct session_result *s);

/* JUnit as Jenkins and GitLab read it; the subset in use is docs/junit.xsd. */
void report_junit(struct buf *out, const struct run_record *r);
void report_json(struct buf *out, const struct run_record *r); /* results.json, docs/results.schema.json */

/*
 * TAP: a test point for each session, with a YAML block; a session's own tests are a subtest. Readers call the run passed
 * exactly when its exit status is 0. report_tap13 is the same under the name of TAP 13, for readers that are older than
 * 14 (`prove` before Test::Harness 3.48): they pass over subtests.
 */
void report_tap(struct buf *out, const struct run_record *r);
void report_tap13(struct buf *out, const struct run_record *r);

/* A page of Markdown for people, as GitHub shows it of a step: the answer, the rows, the failures folded. At most
 * REPORT_SUMMARY_MOST bytes: of more GitHub shows nothing. */
enum { REPORT_SUMMARY_MOST = 900 * 1024 };
void report_summary(struct buf *out, const struct run_record *r);
void report_table_markdown(struct buf *out, const struct run_record *r, size_t most); /* its rows alone */

/* Where output is read, so that failures can be folded there. */
enum report_reader {
	REPORT_FOR_PEOPLE, /* a terminal, or a file: nothing is folded */
	REPORT_FOR_GITHUB, /* annotations first; then groups, in which nothing that a board printed is taken for a command */
	REPORT_FOR_GITLAB, /* collapsed sections */
};

struct report_folding {
	enum report_reader reader;
	bool colour;
	const char *root;  /* GitHub: the repository's folder, below which annotated files lie; NULL: the project's */
	const char *token; /* GitHub: a word that nobody can guess, behind which commands are off */
	int64_t now_s;     /* GitLab: the time, seconds since 1970 */
};

/* Failures, then the table, as `run` ends with them. */
void report_folded(struct buf *out, const struct run_record *r, const struct report_folding *how);

/* junit.xml and results.json into the run's folder, atomically. */
int report_write_all(const struct run_record *r, struct err *e);

#endif
