#include "witness/looks.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

static struct moment_sum *sum_of(struct looks *all, const struct look *l)
{
	struct moment_sum *m;

	for (size_t i = 0; i < all->moment_count; i++)
		if (strcmp(all->moments[i].moment, l->moment) == 0)
			return &all->moments[i];
	all->moments = xgrow(all->moments, &all->moment_room, all->moment_count + 1, sizeof *all->moments);
	m = &all->moments[all->moment_count++];
	*m = (struct moment_sum){.moment = l->moment, .first_ms = l->at_ms};
	return m;
}

static bool is_broken(const struct look *l)
{
	return l->demand != DEMAND_REPORT && look_outcome(l) == LOOK_BROKEN;
}

static void count(struct moment_sum *m, struct look *l)
{
	unsigned bad = look_bad_pages(l);

	l->number = ++m->looks;
	m->last_ms = l->at_ms;
	m->broken += is_broken(l);
	if (bad > m->worst_pages && l->demand != DEMAND_REPORT) {
		m->worst = l->number;
		m->worst_pages = bad;
	}
}

static void drop(struct looks *all, size_t i)
{
	look_finish(&all->items[i]);
	memmove(&all->items[i], &all->items[i + 1], (all->count - i - 1) * sizeof *all->items);
	all->count--;
}

/* The look of this moment that is no longer one of the last few goes, unless it is one of the first, or broken. */
static void thin_out(struct looks *all, struct moment_sum *m)
{
	if (m->looks <= LOOKS_FIRST + LOOKS_LAST)
		return;
	for (size_t i = 0; i < all->count; i++) {
		struct look *l = &all->items[i];

		if (l->number != m->looks - LOOKS_LAST || strcmp(l->moment, m->moment) != 0)
			continue;
		if (is_broken(l) && m->bad_kept < LOOKS_BAD)
			m->bad_kept++;
		else
			drop(all, i);
		return;
	}
}

const struct look *looks_add(struct looks *all, struct look *l)
{
	struct moment_sum *m = sum_of(all, l);

	count(m, l);
	all->total++;
	thin_out(all, m);
	all->items = xgrow(all->items, &all->room, all->count + 1, sizeof *all->items);
	all->items[all->count] = *l;
	return &all->items[all->count++];
}

void looks_finish(struct looks *all)
{
	for (size_t i = 0; i < all->count; i++)
		look_finish(&all->items[i]);
	free(all->items);
	free(all->moments);
	memset(all, 0, sizeof *all);
}
