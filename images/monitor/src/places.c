#include "monitor/places.h"

#include <stddef.h>

#include "lib/print.h"
#include "monitor/system.h"
#include "monitor/update.h"

static uint64_t boot_image_size(const struct pd *pd)
{
	uint64_t size = 0;

	for (uint64_t i = 0; i < pd->record->segment_count; i++)
		size += pd->record->segments[i].size;
	return size;
}

static uint64_t held_twice(struct pd *pd)
{
	uint64_t size = pd->record->self_copy;

	if (pd->pristine)
		size += boot_image_size(pd);
	for (unsigned k = 0; k < TABLE_SLOTS; k++)
		size += update_size(pd, &pd->slots[k]);
	return size;
}

void places_print(void)
{
	struct pd *pd;

	for (uint64_t i = 0; (pd = system_pd(i)); i++)
		print("MON|INFO: %s held twice: %lu bytes\n", pd->record->name, held_twice(pd));
}
