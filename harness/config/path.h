/* Paths as people write them in a YAML file: "~" and environment variables in front of or inside them. */
#ifndef RUNTEST_CONFIG_PATH_H
#define RUNTEST_CONFIG_PATH_H

#include "util/mem.h"

/*
 * "~/x" begins at HOME, and ${NAME} is the environment variable; a `$` in front of anything else is itself. NULL when a
 * variable is not set, or empty: *variable is its name then (arena), else NULL.
 */
const char *path_expand(struct arena *a, const char *path, const char **variable);

#endif
