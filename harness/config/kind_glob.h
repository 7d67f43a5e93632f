/* Board kinds by name or pattern, as variants and scenarios write them. */
#ifndef RUNTEST_CONFIG_KIND_GLOB_H
#define RUNTEST_CONFIG_KIND_GLOB_H

#include "config/schema.h"

extern const struct schema schema_kind_globs; /* at least one; becomes a NULL-terminated array of texts */

#endif
