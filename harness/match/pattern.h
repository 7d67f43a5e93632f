/*
 * One regular expression (the only user of PCRE2): bytes, not UTF-8; ^ and $ at line ends; a line ends with LF.
 * Compiled to machine code for text that is still growing; what is decided at an end is rare and interpreted.
 */
#ifndef RUNTEST_MATCH_PATTERN_H
#define RUNTEST_MATCH_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

/* How far before its start a match may look (lookbehind, \b, ^): callers keep that much text in front. */
enum { PATTERN_BEHIND = 4096 };

struct pattern; /* opaque */

/* NULL and ERR_CONFIG when `regex` is no regular expression, matches the empty text, or cannot be matched in pieces. */
struct pattern *pattern_create(const char *regex, struct err *e);
void pattern_destroy(struct pattern *p); /* NULL is fine */

/*
 * Compile it now, for every pattern_create of the same text in this process and in those forked from it: what sessions
 * side by side share is then paid for once. Kept until the process ends. What is wrong with it pattern_create says.
 */
void pattern_keep(const char *regex);

/* Translate to machine code: worth it for a pattern that is going to be searched for. */
void pattern_prepare(struct pattern *p);

bool pattern_has_group(const struct pattern *p, const char *name);

enum pattern_more {
	PATTERN_GROWS, /* more text will follow: what could still change the match is PATTERN_PARTIAL */
	PATTERN_CUT,   /* decide now, although this is not the end of a line */
	PATTERN_ENDED, /* this is the end of all text */
};

enum pattern_result { PATTERN_NONE, PATTERN_FOUND, PATTERN_PARTIAL, PATTERN_FAILED };

struct pattern_span {
	size_t start, end;
};

/*
 * The first match that starts at or after `from` in text[0..len). PARTIAL: `at->start` is the first place where a match
 * may be, once more text has come. FAILED: given up, it took too long or too much memory; *reason says which.
 */
enum pattern_result pattern_find(struct pattern *p, const char *text, size_t len, size_t from, enum pattern_more more,
				 struct pattern_span *at, const char **reason);

struct pattern_group {
	char *name, *value; /* NUL-terminated copies */
};

/* The named groups that are set in the match that was FOUND last in the same `text`; the array is malloc'd. */
struct pattern_group *pattern_groups(const struct pattern *p, const char *text, size_t *count);
void pattern_groups_free(struct pattern_group *groups, size_t count);

#endif
