/*
 * One value out of a JSON text by a path to it: `$`, then keys as `.key` or `["key"]` and places in arrays as `[0]`, that
 * part of JSONPath (RFC 9535) in which a path leads to one value. Pure.
 */
#ifndef RUNTEST_PROTO_JSONPATH_H
#define RUNTEST_PROTO_JSONPATH_H

#include <stddef.h>

#include "util/buf.h"
#include "util/err.h"

enum { JSONPATH_MAX = 256 }; /* bytes */

/* Is it such a path? ERR_CONFIG says what is wrong with it. */
int jsonpath_check(const char *path, struct err *e);

/*
 * Append the value there, as text: that of a string as it is, a number as JSON writes it, true, false, null. -1 and
 * ERR_INFRA: no JSON, nothing there (says how far the path led), or no single value. `path` is a good one.
 */
int jsonpath_find(const char *json, size_t n, const char *path, struct buf *out, struct err *e);

#endif
