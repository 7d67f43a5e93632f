/* A variant at a revision of its own source: what `ab` and `bisect` build. */
#ifndef RUNTEST_CLI_SIDE_H
#define RUNTEST_CLI_SIDE_H

#include "config/variant.h"
#include "git/revision.h"
#include "plan/plan.h"
#include "util/err.h"
#include "util/mem.h"

/*
 * A copy of the variant whose source is a revision (a commit's id) of the repository that its source is in: the one it
 * names, or the one that its folder lies in. `mark` goes behind its name: "patched@MARK". ERR_USAGE: its source is in no
 * repository, or the revision is not there.
 */
const struct variant *side_at(struct arena *a, const struct variant *v, const char *revision, const char *mark,
			      struct git_revision *resolved, struct err *e);

/* A copy that is built from the same source under another name. */
struct variant *side_as_is(struct arena *a, const struct variant *v, const char *mark);

/* Append patch files (absolute; NULL-terminated; NULL: none) to a copy's own. */
void side_patch(struct arena *a, struct variant *v, const char *const *files);

/* The job, with the other variant and a name that says so; from the arena. */
struct job side_job(struct arena *a, const struct job *j, const struct variant *v, int repeat);

#endif
