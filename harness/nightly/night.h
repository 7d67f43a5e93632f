/*
 * The record of the nights of one nightly: RESULTS/.nightly/NAME/night.jsonl, one JSON object per line, appended and synced
 * step by step, so that a night that was cut short can be gone on with. One process at a time has it.
 */
#ifndef RUNTEST_NIGHTLY_NIGHT_H
#define RUNTEST_NIGHTLY_NIGHT_H

#include <stdbool.h>
#include <stddef.h>

#include "nightly/bulletin.h"
#include "util/err.h"

struct night {
	char *folder; /* RESULTS/.nightly/NAME */
	int lock, fd;
};

/* Make the folder, take its lock, open the record; a torn last line is cut off. ERR_USAGE when somebody else has it; ERR_IO.
 * Close it in either case. */
int night_open(struct night *n, const char *results, const char *name, struct err *e);
void night_close(struct night *n);

/* ---- steps; each is on the disk when the call returns. ERR_IO ---- */

int night_began(struct night *n, const char *file, struct err *e);
int night_left_out(struct night *n, const char *unit, const char *why, struct err *e);
int night_gated(struct night *n, struct err *e); /* every unit was asked */
int night_job_began(struct night *n, const char *job, const char *run, struct err *e);
int night_job_ended(struct night *n, const char *job, const char *run, int status, struct err *e);
int night_cleared(struct night *n, int status, struct err *e); /* old runs were removed, or that failed */
int night_told(struct night *n, const char *recipient, int tries, const char *why, struct err *e); /* why: NULL: it arrived */
int night_ended(struct night *n, int status, struct err *e);

/* ---- read back ---- */

struct night_job {
	const char *job, *run;
	int status; /* -1: begun, and not ended */
};

/* The last night of the record. */
struct night_state {
	const char *begun;         /* ISO 8601; NULL: there is none */
	bool gated, ended;
	struct trouble *left_out;  /* subject: the unit */
	size_t left_out_count, left_out_room;
	struct night_job *jobs;    /* each once, as it was begun last */
	size_t job_count, job_room;
};

/* Everything from the arena. Lines that say nothing usable are passed over, what stands behind one that is no JSON is not
 * read. ERR_IO. */
int night_read(const struct night *n, struct night_state *s, struct arena *a, struct err *e);

/* The same from the record's text. */
void night_parse(const char *text, size_t len, struct night_state *s, struct arena *a);

/* NULL: it has not begun. */
const struct night_job *night_find_job(const struct night_state *s, const char *job);

#endif
