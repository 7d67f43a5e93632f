/* Files below a run's folder, opened so that nothing else can be: no ".." and no symbolic link leads out of it, and what
 * is no regular file is not opened. */
#ifndef RUNTEST_SERVE_BELOW_H
#define RUNTEST_SERVE_BELOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* results/RUN/PART/PART...; `run` may be "latest". A descriptor for reading, its size in *size, or -1. */
int below_open(const char *results, const char *run, const char *const *parts, size_t count, uint64_t *size);

/* The newest attempt of a session that has a console: its number, from 1; 0: there is none. */
int below_attempt(const char *results, const char *run, const char *session);

/* How a browser is to take a file of this name: text is shown, all else is saved. */
const char *below_type(const char *name);

#endif
