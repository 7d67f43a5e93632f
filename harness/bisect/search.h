/*
 * Which revision a bisection looks at next, and what its boots say of it. Pure: git's list of suspects and the marks
 * that were given so far go in.
 */
#ifndef RUNTEST_BISECT_SEARCH_H
#define RUNTEST_BISECT_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "result/verdict.h"

enum mark { MARK_NONE, MARK_GOOD, MARK_BAD, MARK_SKIPPED };
const char *mark_name(enum mark m); /* "good", "bad", "skipped" */

/* What one boot came to. */
struct outcome {
	enum verdict verdict;
	enum cause cause;
};

enum { SEARCH_MORE_BOOTS = 4 }; /* at least, for a revision whose boots do not agree */

/*
 * How a revision stands to the reference, the outcome of the good one: good when every boot came to it, bad when none
 * did. Where they disagree it is MARK_NONE the first time (`final` false): it is booted again, as often as before and
 * SEARCH_MORE_BOOTS times at least. After that, two boots that differ make it bad, and a single one does not.
 */
enum mark search_judge(const struct outcome *boots, size_t count, struct outcome reference, bool final);

/*
 * Of the suspects (best first, as git_suspects gives them; `count` of them) the number of the one to test, or `count`
 * when none can be: all that is left but the bad one itself are skipped. `is_skipped` and `is_bad` say what is known.
 * Where revisions were skipped, it moves away from them, by the square of how many: neighbours often break together.
 */
size_t search_next(const char *const *suspects, size_t count, bool (*is_untestable)(void *ctx, const char *commit),
		   void *ctx);

#endif
