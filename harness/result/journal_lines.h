/* The whole lines of a journal, one by one, up to where it can no longer be read. */
#ifndef RUNTEST_RESULT_JOURNAL_LINES_H
#define RUNTEST_RESULT_JOURNAL_LINES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "util/jsoncut.h"

struct journal_ahead;

struct journal_lines {
	const char *text;
	size_t len;
	size_t at;    /* behind the last line that was read: everything before it is good */
	int line;     /* number of that line, from 1 */
	bool torn;    /* what follows has no newline: the writer was cut short */
	bool damaged; /* what follows is a line that is no JSON object */
	struct journal_ahead *ahead; /* not NULL: results come without what is long in them (journal_lines_be_brief) */
	struct jsoncut_span result;  /* then: the last line's whole result as it stands in the text, unread */
};

/* Before the first line: results are to come without what is long in them. Lines are then read ahead, by all processors.
 * journal_lines_finish() must follow. */
void journal_lines_be_brief(struct journal_lines *l);
void journal_lines_finish(struct journal_lines *l);

/* The next line's object (the caller owns it), or NULL at the end; then torn or damaged may be set. */
json_t *journal_lines_next(struct journal_lines *l);

#endif
