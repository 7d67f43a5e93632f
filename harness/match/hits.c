#include "match/hits.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

void hits_init(struct hits *h)
{
	memset(h, 0, sizeof *h);
}

void hits_finish(struct hits *h)
{
	for (size_t i = h->first; i < h->count; i++)
		free((char *)h->items[i].text);
	free(h->items);
	hits_init(h);
}

size_t hits_waiting(const struct hits *h)
{
	return h->count - h->first;
}

void hits_add(struct hits *h, int id, uint64_t start, uint64_t end, const char *text, size_t n)
{
	char *copy = xmalloc(n + 1);

	memcpy(copy, text, n);
	copy[n] = '\0';
	h->items = xgrow(h->items, &h->room, h->count + 1, sizeof *h->items);
	if (hits_waiting(h) && h->items[h->count - 1].start > start)
		h->mixed = true;
	h->items[h->count++] = (struct watch_hit){.id = id, .start = start, .end = end, .text = copy, .text_len = n};
}

static int by_place(const void *a, const void *b)
{
	const struct watch_hit *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

const struct watch_hit *hits_front(struct hits *h)
{
	if (h->mixed)
		qsort(h->items + h->first, hits_waiting(h), sizeof *h->items, by_place);
	h->mixed = false;
	return hits_waiting(h) ? &h->items[h->first] : NULL;
}

bool hits_limit(struct hits *h, size_t most)
{
	if (hits_waiting(h) <= most)
		return true;
	hits_front(h);
	while (hits_waiting(h) > most)
		free((char *)h->items[--h->count].text);
	return false;
}

struct watch_hit hits_take(struct hits *h)
{
	struct watch_hit hit = *hits_front(h);

	if (++h->first == h->count)
		h->first = h->count = 0;
	return hit;
}
