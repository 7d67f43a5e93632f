/*
 * A patch series: files in the unified format, applied in order by patch(1) with no fuzz at all. A hunk whose context
 * has merely moved applies; one whose context differs in any line does not, and neither does one that is there already.
 */
#ifndef RUNTEST_BUILD_PATCH_H
#define RUNTEST_BUILD_PATCH_H

#include <stddef.h>

#include "util/err.h"

struct patch_file {
	const char *path; /* where it came from, what errors name: a file, or the variants file's "FILE:LINE" */
	const char *text; /* its bytes, so that the key and the build see the same */
	size_t size;
	const char *commit; /* which one it was made from ("commit 1a2b (subject)"), or NULL; `path` says who names it */
};

/*
 * Apply one patch in the folder `tree`. `log` (a descriptor) gets what patch(1) says; `stop_fd` as in proc_watch.
 * ERR_BUILD names the hunk: the patch file's line in `where`, hunk number and the target's file:line in `what`.
 */
int patch_apply(const struct patch_file *p, const char *tree, int log, int stop_fd, struct err *e);

/* Turn what patch(1) said when it refused into the error (exposed for tests). Returns -1. */
int patch_explain(const struct patch_file *p, const char *said, struct err *e);

#endif
