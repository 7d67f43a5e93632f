/* Lists of names: which of them a glob means, and which one a misspelt name is near. */
#ifndef RUNTEST_UTIL_NAMES_H
#define RUNTEST_UTIL_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* Names that stand in an array of something else. Passed by value; `at` may give NULL for one without a name. */
struct names {
	const char *(*at)(const void *ctx, size_t i);
	const void *ctx;
	size_t count;
};

/* Typing slips between two words, of a and b letters: letters put in, left out, replaced, or neighbours swapped. SIZE_MAX:
 * they are too long to be told (48 letters). */
size_t names_slips(const char *word, size_t a, const char *other, size_t b);

/* The nearest to `word`: the one with the fewest typing slips, if they are few for its length; NULL when none is. */
const char *names_nearest(struct names names, const char *word);

/* Does the glob mean any of them? */
bool names_have(struct names names, const char *glob);

/* Does any of the globs (NULL-terminated; NULL: none) mean this name? */
bool names_match(const char *const *globs, const char *name);

#endif
