/* The commands that lead from a session's result back to the boot: the same session again, its replay, what was lost. */
#ifndef RUNTEST_RESULT_REPRODUCE_H
#define RUNTEST_RESULT_REPRODUCE_H

#include "result/journal.h"
#include "util/buf.h"

enum { REPRODUCE_MOST = 5 };

struct reproduce_command {
	const char *what;    /* "again", "replay", "culprit", "map", "anywhere" */
	const char *purpose; /* a few words: "the same session: board, parameters, image" */
	const char *line;    /* as a shell takes it */
};

struct reproduce {
	struct reproduce_command commands[REPRODUCE_MOST]; /* the most useful first */
	size_t count;
};

/*
 * Only those that can work: a replay of what was recorded, a culprit of pages that were lost, a map where there is one.
 * Each names its run, and the folder of results where that is not the project's own. Texts are from the arena.
 */
void reproduce_find(struct reproduce *p, const struct run_record *r, const struct session_result *s, struct arena *a);

/* Into a text, one after the other: add(out, what, line). */
void reproduce_tell(struct buf *out, const struct run_record *r, const struct session_result *s,
		    void (*add)(struct buf *out, const char *what, const char *line));

#endif
