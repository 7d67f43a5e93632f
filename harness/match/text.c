#include "match/text.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

void text_init(struct text *t)
{
	memset(t, 0, sizeof *t);
}

void text_finish(struct text *t)
{
	buf_finish(&t->bytes);
	free(t->gaps);
	text_init(t);
}

uint64_t text_end(const struct text *t)
{
	return t->base + t->bytes.len;
}

static void add_gap(struct text *t, uint64_t raw)
{
	t->gaps = xgrow(t->gaps, &t->gap_room, t->gap_count + 1, sizeof *t->gaps);
	t->gaps[t->gap_count++] = (struct text_gap){.at = text_end(t), .raw = raw};
}

void text_add(struct text *t, uint64_t raw, const void *bytes, size_t n)
{
	const struct text_gap *last = t->gap_count ? &t->gaps[t->gap_count - 1] : NULL;

	if (!last || last->raw + (text_end(t) - last->at) != raw)
		add_gap(t, raw);
	buf_add(&t->bytes, bytes, n);
}

/* The gap that `offset` falls under: the last one that begins at or before it. */
static size_t gap_of(const struct text *t, uint64_t offset)
{
	size_t low = t->gap_first, high = t->gap_count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (t->gaps[middle].at <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Moving what is left to the front is only worth it when at least as much was forgotten: constant cost per byte. */
static void compact(struct text *t)
{
	uint64_t dead = t->head - t->base;

	if (dead && dead >= t->bytes.len / 2) {
		buf_drop_front(&t->bytes, dead);
		t->base = t->head;
	}
	if (t->gap_first && t->gap_first >= t->gap_count / 2) {
		t->gap_count -= t->gap_first;
		memmove(t->gaps, t->gaps + t->gap_first, t->gap_count * sizeof *t->gaps);
		t->gap_first = 0;
	}
}

void text_forget(struct text *t, uint64_t before)
{
	if (before > text_end(t))
		before = text_end(t);
	if (before <= t->head)
		return;
	t->head = before;
	t->gap_first = gap_of(t, before);
	compact(t);
}

const char *text_at(const struct text *t, uint64_t offset)
{
	return t->bytes.data + (offset - t->base);
}

uint64_t text_raw(const struct text *t, uint64_t offset)
{
	const struct text_gap *g = &t->gaps[gap_of(t, offset)];

	return g->raw + (offset - g->at);
}

struct text_place text_place(const struct text *t, uint64_t start, uint64_t end)
{
	uint64_t behind = end > t->head ? text_raw(t, end - 1) + 1 : 0;

	return (struct text_place){.start = end > start ? text_raw(t, start) : behind, .end = behind};
}

size_t text_gaps(const struct text *t)
{
	return t->gap_count - t->gap_first;
}
