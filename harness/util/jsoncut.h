/*
 * Members of a JSON object found without reading the rest of it: for objects of which only a small part is wanted. What
 * is passed over is not judged: only strings and brackets are followed. Pure, and safe on any bytes.
 */
#ifndef RUNTEST_UTIL_JSONCUT_H
#define RUNTEST_UTIL_JSONCUT_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

struct jsoncut_span {
	const char *text; /* NULL: there is none */
	size_t n;
};

/* The value of the object's first member of that name; keys are compared as they are spelled. Not there, or no object:
 * an empty span. */
struct jsoncut_span jsoncut_member(struct jsoncut_span object, const char *key);

/* Appends the object without the members of those names (NULL-terminated). False: it is no whole object, and what was
 * appended is of no use. */
bool jsoncut_without(struct buf *out, struct jsoncut_span object, const char *const *keys);

/* Appends the object; its first member `key`, which must be an object, without the members of those names. Where that
 * one stands, whole, goes to *inner. False as above. */
bool jsoncut_without_inside(struct buf *out, struct jsoncut_span object, const char *key, const char *const *keys,
			    struct jsoncut_span *inner);

#endif
