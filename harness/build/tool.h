/*
 * Which compiler is it? Every tool that a variant names counts with its path and the first line of `TOOL --version`.
 * Asking costs a process, so answers are remembered with the signature (path, size, date, inode) of every file of that
 * name in PATH: a compiler cache in front of the compiler is then seen through. Scripts are asked every time, since
 * what they start may change without them.
 */
#ifndef RUNTEST_BUILD_TOOL_H
#define RUNTEST_BUILD_TOOL_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"
#include "util/mem.h"

struct tool {
	const char *name;
	const char *path;    /* where PATH finds it, absolute */
	const char *version; /* first line that `NAME --version` prints; "" when it prints none */
	const char *signature;
	bool remember; /* the answer may be kept for another run */
	bool current;  /* the signature was looked at in this run */
};

/* What is known so far; the strings live in the arena. */
struct tool_shelf {
	struct arena *arena;
	const char *file; /* where answers are kept between runs, or NULL */
	struct tool *tools; /* known from the file or asked for in this run */
	size_t count, room;
	bool changed;
};

/* Read what was remembered; a missing or damaged file is an empty one. */
void tool_shelf_open(struct tool_shelf *s, struct arena *a, const char *file);

/* The tool, asked if need be. The struct stays valid until the next call. ERR_BUILD when there is no such program. */
const struct tool *tool_get(struct tool_shelf *s, const char *name, struct err *e);

/* Write back what is new; failing to costs time only. */
void tool_shelf_close(struct tool_shelf *s);

#endif
