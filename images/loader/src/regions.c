#include "loader/regions.h"

#include <stdbool.h>

#include "lib/print.h"
#include "lib/string.h"

extern char loader_start[];

static const struct image_region *records(const struct image_header *header)
{
	return (const struct image_region *)(header + 1);
}

static const char *data(const struct image_header *header)
{
	return (const char *)(records(header) + header->num_regions);
}

static bool overlaps_image(const struct image_header *header, const struct image_region *r)
{
	uint64_t start = (uint64_t)(uintptr_t)loader_start;
	uint64_t end = (uint64_t)(uintptr_t)header + header->size;

	return r->load_addr < end && start < r->load_addr + r->size;
}

static const char *check(const struct image_header *header)
{
	for (uint64_t i = 0; i < header->num_regions; i++) {
		const struct image_region *r = &records(header)[i];

		if (overlaps_image(header, r))
			return "a region overlaps the loader or its image";
		if (r->type != IMAGE_REGION_DATA && r->type != IMAGE_REGION_ZERO)
			return "a region has an unknown type";
	}
	return NULL;
}

const char *regions_load(const struct image_header *header)
{
	const char *error = check(header);

	for (uint64_t i = 0; !error && i < header->num_regions; i++) {
		const struct image_region *r = &records(header)[i];
		char *to = (char *)(uintptr_t)r->load_addr;

		print("LDR|INFO: region %u: 0x%lx..0x%lx\n", (unsigned)i, r->load_addr, r->load_addr + r->size);
		if (r->type == IMAGE_REGION_ZERO)
			memset(to, 0, r->size);
		else
			memcpy(to, data(header) + r->offset, r->size);
	}
	return error;
}
