#include "session/sightings.h"

#include <stdlib.h>
#include <string.h>

static void drop(struct console_sighting *s)
{
	free((char *)s->pattern);
	free((char *)s->where);
	free((char *)s->text);
}

void sightings_add(struct sightings *all, const struct console_sighting *seen)
{
	struct console_sighting *to;

	if (all->count == SIGHTINGS_FIRST + SIGHTINGS_LAST) {
		drop(&all->items[SIGHTINGS_FIRST]);
		memmove(&all->items[SIGHTINGS_FIRST], &all->items[SIGHTINGS_FIRST + 1],
			(SIGHTINGS_LAST - 1) * sizeof all->items[0]);
		all->count--;
	}
	to = &all->items[all->count++];
	*to = *seen;
	to->pattern = xstrdup(seen->pattern);
	to->where = xstrdup(seen->where);
	to->text = xstrdup(seen->text);
	all->total++;
}

void sightings_finish(struct sightings *all)
{
	for (size_t i = 0; i < all->count; i++)
		drop(&all->items[i]);
	*all = (struct sightings){.count = 0};
}

struct console_sighting *sightings_copy(const struct sightings *all, struct arena *a)
{
	struct console_sighting *copy = arena_alloc(a, (all->count + 1) * sizeof *copy);

	for (size_t i = 0; i < all->count; i++) {
		copy[i] = all->items[i];
		copy[i].pattern = arena_strdup(a, all->items[i].pattern);
		copy[i].where = arena_strdup(a, all->items[i].where);
		copy[i].text = arena_strdup(a, all->items[i].text);
	}
	return copy;
}
