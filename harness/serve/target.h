/* What a request asks for: the path of its target, taken apart, and its query (RFC 3986, RFC 9112). Pure. */
#ifndef RUNTEST_SERVE_TARGET_H
#define RUNTEST_SERVE_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "util/mem.h"

enum { TARGET_SEGMENTS_MAX = 16, TARGET_VALUES_MAX = 16, TARGET_LENGTH_MAX = 4096 };

struct target {
	const char *segments[TARGET_SEGMENTS_MAX]; /* decoded; never "", "." or "..", and without '/' or control characters */
	size_t count;
	bool folder; /* the path ends with '/' */
	struct target_value {
		const char *name, *value;
	} values[TARGET_VALUES_MAX];
	size_t value_count;
};

/*
 * "/runs/latest/a%20b?before=X". 0, or -1 for anything that is no plain path: not beginning with '/', with an empty or a dot
 * segment, with a byte that is not allowed or that decodes to a slash, a backslash, a NUL or another control character, or
 * to what is no UTF-8. Texts are from the arena.
 */
int target_parse(struct target *t, const char *text, struct arena *a);

const char *target_value(const struct target *t, const char *name); /* NULL: it has none of that name */

/* May this be the name of a file or folder below another one? As target_parse says of segments; and not hidden. */
bool target_is_name(const char *name);

#endif
