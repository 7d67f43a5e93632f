/*
 * One denied pattern: looked for in the cleaned text and in the raw bytes at once. A place that both show is one hit,
 * and then the cleaned one. So a raw hit waits until the cleaned text has been searched past its end.
 */
#ifndef RUNTEST_MATCH_DENIED_H
#define RUNTEST_MATCH_DENIED_H

#include "match/console.h"
#include "match/hits.h"
#include "match/scan.h"

struct denied {
	struct pattern *pattern; /* owned */
	int id;
	bool clean_only;         /* the raw bytes are not looked at */
	bool resting;            /* nothing is looked for */
	struct scan clean, raw;
	struct hits doubtful; /* raw hits that the cleaned text may yet show as well */
	struct text_place *seen;   /* cleaned hits that a raw hit may yet repeat */
	size_t seen_count, seen_room;
};

/* Looks at what is fed from now on. Takes the pattern. */
void denied_init(struct denied *d, struct pattern *pattern, int id, const struct console_text *in);
void denied_finish(struct denied *d);

/* Look for nothing; what waited to be decided is forgotten. And look at what is fed from now on again. */
void denied_rest(struct denied *d);
void denied_wake(struct denied *d, const struct console_text *in);

/* Whatever is there has been looked at; what waited to be decided is forgotten. */
void denied_skip_to_end(struct denied *d, const struct console_text *in);

/* Everything new in `in`; hits go to `out`. -1: given up, why: *reason (once). */
int denied_search(struct denied *d, const struct console_text *in, struct hits *out, const char **reason);

#endif
