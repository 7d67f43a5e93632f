/* What the machine needs for `make run` and `make check`, and the Debian 12 package that brings it. tools/deps/base.txt
 * names the same packages. */
#ifndef RUNTEST_CLI_NEEDS_H
#define RUNTEST_CLI_NEEDS_H

#include <stdbool.h>
#include <stddef.h>

enum need_kind {
	NEED_PROGRAM, /* in PATH */
	NEED_HEADER,  /* below an include folder of the system */
	NEED_MODULE,  /* a module of python3 */
	NEED_FILE,    /* at that very path */
};

struct need {
	enum need_kind kind;
	const char *name;    /* "patch", "jansson.h", "jsonschema" */
	const char *purpose; /* "applies patch series" */
	const char *package; /* "libjansson-dev" */
};

extern const struct need needs[];
extern const size_t need_count;

/* Does an installed runtest make use of it, and not only who builds or tests runtest? The Debian package recommends just
 * these (contrib/debian/control). */
bool need_is_used(const struct need *n);

/* Where it was found (malloc'd), or NULL. */
char *need_find(const struct need *n);

#endif
