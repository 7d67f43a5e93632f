/* `--tag`: scenarios by the words that their files put on them. Pure. */
#ifndef RUNTEST_PLAN_TAGS_H
#define RUNTEST_PLAN_TAGS_H

#include "config/project.h"
#include "util/err.h"
#include "util/mem.h"

/* Every glob (NULL-terminated; NULL: none) must mean a tag of some scenario. ERR_USAGE, with the nearest one as hint. */
int plan_tags_check(const struct project *p, const char *const *tags, struct err *e);

/* Names of the scenarios that one of `scenarios` means and that have a tag which one of `tags` means (NULL: any will do);
 * NULL-terminated, never NULL. From `a`. */
const char *const *plan_tags_narrow(const struct project *p, const char *const *scenarios, const char *const *tags,
				    struct arena *a);

#endif
