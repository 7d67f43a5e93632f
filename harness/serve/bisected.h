/* What bisections in the results' folder have found (`runtest bisect`). */
#ifndef RUNTEST_SERVE_BISECTED_H
#define RUNTEST_SERVE_BISECTED_H

#include <stddef.h>
#include <stdint.h>

#include "util/mem.h"

struct bisected {
	const char *name;          /* of its folder: "bisect-20260131-235812-4f2a" */
	int64_t began_ms;          /* since 1970, UTC; from its name */
	const char *session;       /* that it followed, without its repeat */
	const char *good, *bad;    /* commits: the last known good one, the last known bad one */
	const char *culprit;       /* the first bad commit; NULL: it is not found (yet) */
	const char *subject;       /* of that; "": not known */
};

/* All of them, oldest first, from the arena. Damaged ones, and links, are passed over. */
const struct bisected *bisected_all(const char *results, size_t *count, struct arena *a);

/* The newest one of that session that began no earlier than `since_ms`: what is older found another change. One that has
 * found its culprit goes before one that has not. NULL: there is none. */
const struct bisected *bisected_find(const struct bisected *all, size_t count, const char *session, int64_t since_ms);

#endif
