/*
 * `--only`: sessions by their names, or by globs of them. The name of a session says all that is planned of it, so that
 * nothing else need be given; of a glob that stands for whole parts of a name, too. Pure.
 */
#ifndef RUNTEST_PLAN_ONLY_H
#define RUNTEST_PLAN_ONLY_H

#include <stdbool.h>

#include "util/mem.h"
#include "util/names.h"

/* The parts of a SESSION, each of which may be a glob. */
struct only_parts {
	const char *scenario, *variant, *board, *config;
	const char *repeat; /* NULL: none is given, and all are meant */
};

/* False: the text has too few parts to tell which is which, and is a glob of the whole name. Parts come from `a`. */
bool only_split(const char *text, struct arena *a, struct only_parts *parts);

/* Does the text mean the session of this name? One without a repeat means all of them. */
bool only_means(const char *text, const char *session);

/* The session whose name differs from a misspelt one by the fewest slips, or NULL: none is near. */
const char *only_nearest(const char *text, struct names sessions);

/* Has the text a character that makes a glob of it? */
bool only_is_glob(const char *text);

#endif
