#include "session/facts.h"

#include <stdlib.h>
#include <string.h>

void facts_set(struct facts *all, const char *name, const char *value)
{
	size_t i = 0;

	while (i < all->count && strcmp(all->items[i].name, name) != 0)
		i++;
	if (i == all->count) {
		all->items = xgrow(all->items, &all->room, all->count + 1, sizeof *all->items);
		all->items[all->count++] = (struct session_fact){.name = name};
	}
	free((char *)all->items[i].value);
	all->items[i].value = xstrdup(value);
}

void facts_finish(struct facts *all)
{
	for (size_t i = 0; i < all->count; i++)
		free((char *)all->items[i].value);
	free(all->items);
	*all = (struct facts){.items = NULL};
}

struct session_fact *facts_copy(const struct facts *all, struct arena *a)
{
	struct session_fact *copy = arena_alloc(a, (all->count + 1) * sizeof *copy);

	for (size_t i = 0; i < all->count; i++)
		copy[i] = (struct session_fact){arena_strdup(a, all->items[i].name), arena_strdup(a, all->items[i].value)};
	return copy;
}
