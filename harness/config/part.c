#include "config/part.h"

#include <stddef.h>
#include <string.h>

static const char *const names[PART_COUNT] = {
	[PART_CONSOLE] = "console", [PART_POWER] = "power", [PART_DELIVERY] = "delivery", [PART_MEMORY] = "memory"};

const char *unit_part_name(enum unit_part part)
{
	return names[part];
}

enum unit_part unit_part_from_name(const char *name)
{
	for (int i = PART_NONE + 1; name && i < PART_COUNT; i++)
		if (strcmp(name, names[i]) == 0)
			return (enum unit_part)i;
	return PART_NONE;
}
