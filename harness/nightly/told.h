/*
 * What a recipient knows: the outcomes and troubles of the night that was told last. Kept in a small JSON file per
 * recipient, so that only what is other is told, and what could not be delivered is told the next time.
 */
#ifndef RUNTEST_NIGHTLY_TOLD_H
#define RUNTEST_NIGHTLY_TOLD_H

#include "nightly/changes.h"

struct told {
	const char *at;    /* ISO 8601; NULL: nothing was told yet */
	struct outcomes outcomes;
	const char *const *troubles; /* their subjects; NULL-terminated, or NULL */
};

/* Everything from the arena. 0, with told->at NULL when there is no such file; -1 ERR_IO when it is damaged or cannot be
 * read: nothing is known then, too. */
int told_read(struct told *t, const char *path, struct arena *a, struct err *e);

/* All of it or nothing. ERR_IO. */
int told_write(const struct told *t, const char *path, struct err *e);

#endif
