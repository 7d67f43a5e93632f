#include "sched/lines.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#define NONE SIZE_MAX

static void join(struct lines *l, size_t place)
{
	struct waiter *w = &l->waiters[place];
	struct line *line = &l->lines[w->line];

	w->order = l->last_order++;
	w->next = NONE;
	if (line->first == NONE)
		line->first = place;
	else
		l->waiters[line->last].next = place;
	line->last = place;
	l->count++;
}

void lines_make(struct lines *l, const size_t *jobs, size_t count, size_t (*line)(void *ctx, size_t job), void *ctx)
{
	memset(l, 0, sizeof *l);
	l->waiters = xcalloc(count + 1, sizeof *l->waiters);
	l->line_count = 1;
	for (size_t i = 0; i < count; i++) {
		l->waiters[i].job = jobs[i];
		l->waiters[i].line = line ? line(ctx, jobs[i]) : 0;
		if (l->waiters[i].line >= l->line_count)
			l->line_count = l->waiters[i].line + 1;
	}
	l->lines = xcalloc(l->line_count, sizeof *l->lines);
	for (size_t i = 0; i < l->line_count; i++)
		l->lines[i].first = NONE;
	for (size_t i = 0; i < count; i++)
		join(l, i);
}

void lines_finish(struct lines *l)
{
	free(l->waiters);
	free(l->lines);
	memset(l, 0, sizeof *l);
}

long lines_first(const struct lines *l)
{
	size_t best = NONE;

	for (size_t i = 0; i < l->line_count; i++) {
		size_t first = l->lines[i].first;

		if (first != NONE && !l->lines[i].shut && (best == NONE || l->waiters[first].order < l->waiters[best].order))
			best = first;
	}
	return best == NONE ? LINES_NOBODY : (long)best;
}

void lines_shut(struct lines *l, size_t place)
{
	l->lines[l->waiters[place].line].shut = true;
}

void lines_open(struct lines *l)
{
	for (size_t i = 0; i < l->line_count; i++)
		l->lines[i].shut = false;
}

void lines_leave(struct lines *l, size_t place)
{
	l->lines[l->waiters[place].line].first = l->waiters[place].next;
	l->count--;
}

void lines_rejoin(struct lines *l, size_t place)
{
	join(l, place);
}
