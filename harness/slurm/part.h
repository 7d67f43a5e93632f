/*
 * What a node has journalled of one session: RUN/parts/GROUP/SESSION.jsonl. A job that Slurm puts back into its queue
 * begins again, so that there may be several runs of it, one behind the other in the file.
 */
#ifndef RUNTEST_SLURM_PART_H
#define RUNTEST_SLURM_PART_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "result/verdict.h"
#include "util/mem.h"

/* One event of it: an attempt that another one followed, or the end. */
struct part_event {
	bool ended;           /* session-ended; else session-tried */
	enum verdict verdict;
	bool left_out;        /* it says why it was not run at all */
	int attempt;          /* as its result says */
	const char *result;   /* JSON, one line */
};

/* One run of the job, from its beginning on. */
struct part_run {
	int restart;          /* how often Slurm had put it back before */
	const char *job, *node, *unit; /* "12_3", "lab1"; unit NULL: QEMU */
	bool started;         /* the session had begun */
	struct part_event *events;
	size_t count, room;
};

struct part {
	struct part_run *runs;
	size_t count, room;
};

/* Whole lines only: what is still being written is not there yet. Lines that say nothing usable are passed over, and
 * nothing is read behind one that is no JSON. All from the arena. */
void part_read(struct part *p, const char *text, size_t n, struct arena *a);

/* The writer of a run of the job, for journal_part_begun(); malloc'd. */
char *part_writer(const char *job, int restart, const char *node, const char *unit);

/* Has this run of the job come to an end of its own? NULL: not (yet). */
const struct part_event *part_run_end(const struct part_run *r);

#endif
