/*
 * What sessions of two sides came to, held against each other: does the head change a verdict, and what else differs?
 * Pure: from session results and the text of their consoles.
 */
#ifndef RUNTEST_CLI_DIFFERENCE_H
#define RUNTEST_CLI_DIFFERENCE_H

#include "result/model.h"
#include "util/buf.h"

enum change {
	CHANGE_NONE,    /* every verdict and cause came on both sides */
	CHANGE_BETTER,  /* what was not ok at the base is ok at the head */
	CHANGE_WORSE,   /* the head came to something that is not ok, and that the base did not come to */
	CHANGE_UNKNOWN, /* a side has no verdict about the software: the lab failed, or it was skipped or cancelled */
};
const char *change_name(enum change c); /* "no change", "better", "WORSE", "not comparable" */

/* All boots of one scenario, variant and board on one side. */
struct side_sessions {
	const struct session_result *const *items;
	size_t count; /* from 1 */
};

enum change difference_change(struct side_sessions base, struct side_sessions head);

/* "9 x pass, 1 x fail pd-code-cleared" (one session: "pass"), each verdict with its cause once, in order of coming. */
void difference_verdicts(struct buf *out, struct side_sessions s);

/* The session to show of a side: the first that is not ok, else the first. */
const struct session_result *difference_shown(struct side_sessions s);

/* Median of boot_us of those that booted, or -1. */
int64_t difference_boot_us(struct side_sessions s);

/* Lines about regions whose judged pages differ ("kernel-up hello-0: 12 intact | 12 cleared"), at most `most`, each
 * behind `indent`. How many differ. */
size_t difference_pages(struct buf *out, const struct session_result *base, const struct session_result *head,
			const char *indent, size_t most);

/* The first line of two consoles that differs, from 1; 0: none does. The lines (without their ends) go to *a and *b with
 * their lengths; a console that has ended gives an empty one. CR in front of LF does not count. */
size_t difference_line(const struct buf *base, const struct buf *head, const char **a, size_t *an, const char **b,
		       size_t *bn);

#endif
