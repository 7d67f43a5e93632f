/* Denied texts that were found and wait to be asked for, in the order of their places. */
#ifndef RUNTEST_MATCH_HITS_H
#define RUNTEST_MATCH_HITS_H

#include <stdbool.h>
#include <stddef.h>

#include "match/watch.h"

struct hits {
	struct watch_hit *items; /* their texts are the list's own copies */
	size_t first, count, room;
	bool mixed; /* not in order of place at the moment */
};

void hits_init(struct hits *h);
void hits_finish(struct hits *h);
size_t hits_waiting(const struct hits *h);

/* Copies the text. */
void hits_add(struct hits *h, int id, uint64_t start, uint64_t end, const char *text, size_t n);

/* The first one by place, or NULL. */
const struct watch_hit *hits_front(struct hits *h);

/* Keep only the first `most` by place; false when that left some out. */
bool hits_limit(struct hits *h, size_t most);

/* Take the front out; the caller frees its text. */
struct watch_hit hits_take(struct hits *h);

#endif
