/* survival.jsonl: a survival map as lines of JSON (docs/survival-map.md), closed by a line that proves it whole. */
#ifndef RUNTEST_SURVIVAL_FILE_H
#define RUNTEST_SURVIVAL_FILE_H

#include <stddef.h>

#include "survival/map.h"
#include "util/err.h"

#define SURVIVAL_FILE "survival.jsonl" /* its name in a session's folder */

enum { SURVIVAL_VERSION = 1 };

/* All of it as text, malloc'd. */
char *map_text(const struct survival_map *m);

/* The same into a file, atomically. ERR_IO. */
int map_write(const char *path, const struct survival_map *m, struct err *e);

/* Read it back; m is initialised by it, and to be finished even on error. ERR_IO with the line for a file that is cut
 * short, damaged or of another version, and for one that cannot be read. */
int map_read(struct survival_map *m, const char *path, struct err *e);
int map_parse(struct survival_map *m, const char *path, const char *text, size_t n, struct err *e);

#endif
