/* Which line of which file demanded what a session did not do: where an editor, or a CI's page, should open. */
#ifndef RUNTEST_RESULT_DEMAND_H
#define RUNTEST_RESULT_DEMAND_H

#include "result/model.h"

struct demand_place {
	const char *file; /* below the project's root; NULL: nobody knows. From the arena */
	int line;         /* 0: not told */
};

/* Is there one that the session itself broke: a text, pages, a test of the guest's own? Not so where it never began. */
bool demand_is_broken(const struct session_result *s);

/*
 * Of the first demand that was broken: a text that was denied or still awaited, pages that had to be intact, a test of the
 * guest's own, else the line that says what the variant must come to. What lies with the lab has no place.
 */
struct demand_place demand_place(const struct session_result *s, struct arena *a);

/* "FILE:LINE" (or "FILE:LINE: ...") taken apart; the whole text is the file where it has no line. */
struct demand_place demand_place_of(const char *where, struct arena *a);

#endif
