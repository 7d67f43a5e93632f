#include "util/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BLOCK = 16 * 1024 };

struct arena_block {
	struct arena_block *next;
	size_t used, room;
	_Alignas(max_align_t) char bytes[];
};

static void out_of_memory(void)
{
	fputs("runtest: out of memory\n", stderr);
	abort();
}

void *xmalloc(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

char *xstrdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(xmalloc(n), s, n);
}

char *xvasprintf(const char *fmt, va_list ap)
{
	char *s = NULL;

	if (vasprintf(&s, fmt, ap) < 0)
		out_of_memory();
	return s;
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	return s;
}

void *xgrow(void *base, size_t *room, size_t need, size_t size)
{
	size_t n = *room ? *room : 8;
	void *p;

	if (need <= *room)
		return base;
	while (n < need)
		n *= 2;
	p = reallocarray(base, n, size);
	if (!p)
		out_of_memory();
	*room = n;
	return p;
}

void arena_init(struct arena *a)
{
	a->head = NULL;
}

void arena_finish(struct arena *a)
{
	struct arena_block *b = a->head, *next;

	for (; b; b = next) {
		next = b->next;
		free(b);
	}
	a->head = NULL;
}

void *arena_alloc(struct arena *a, size_t n)
{
	size_t align = _Alignof(max_align_t);
	struct arena_block *b = a->head;
	void *p;

	n = (n + align - 1) / align * align;
	if (!b || b->room - b->used < n) {
		size_t room = n > ARENA_BLOCK ? n : ARENA_BLOCK;

		b = xmalloc(sizeof *b + room);
		b->next = a->head;
		b->used = 0;
		b->room = room;
		a->head = b;
	}
	p = b->bytes + b->used;
	b->used += n;
	return memset(p, 0, n);
}

void *arena_grow(struct arena *a, void *base, size_t *room, size_t need, size_t size)
{
	size_t n = *room ? *room : 8;
	void *p;

	if (need <= *room)
		return base;
	while (n < need)
		n *= 2;
	p = arena_alloc(a, n * size);
	if (*room)
		memcpy(p, base, *room * size);
	*room = n;
	return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	memcpy(p, s, n);
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

const char *const *arena_list_add(struct arena *a, const char *const *list, const char *text)
{
	const char **grown;
	size_t n = 0;

	while (list && list[n])
		n++;
	grown = arena_alloc(a, (n + 2) * sizeof *grown);
	if (n)
		memcpy(grown, list, n * sizeof *grown);
	grown[n] = text;
	return grown;
}
