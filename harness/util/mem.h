/*
 * Memory that is there, or the program ends: a harness that has no memory left has no verdict to give.
 * An arena frees everything that a configuration, a plan or a report allocated in one call.
 */
#ifndef RUNTEST_UTIL_MEM_H
#define RUNTEST_UTIL_MEM_H

#include <stdarg.h>
#include <stddef.h>

void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
char *xstrdup(const char *s);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

/* Make room for `need` elements of `size` bytes, growing geometrically; *room is the capacity. Returns the new base. */
void *xgrow(void *base, size_t *room, size_t need, size_t size);

struct arena_block;
struct arena {
	struct arena_block *head;
};

void arena_init(struct arena *a);
void arena_finish(struct arena *a);                 /* frees everything that came from it */
void *arena_alloc(struct arena *a, size_t n);       /* zeroed, aligned for any type */
/* As xgrow, for an array that lives in the arena: moves it to a larger place, the old one goes with the arena. */
void *arena_grow(struct arena *a, void *base, size_t *room, size_t need, size_t size);
char *arena_strdup(struct arena *a, const char *s); /* s may be NULL: NULL */
char *arena_strndup(struct arena *a, const char *s, size_t n);
/* A NULL-terminated list (NULL: an empty one) with one more text at its end; the text itself is not copied. */
const char *const *arena_list_add(struct arena *a, const char *const *list, const char *text);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
