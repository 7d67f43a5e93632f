/* The image of a protection domain: the one in the boot image, or an update's. */
#ifndef MONITOR_IMAGE_H
#define MONITOR_IMAGE_H

#include <stdint.h>

#include "abi/table.h"
#include "monitor/place.h"

struct image_segment {
	uint64_t offset; /* where it runs, from the beginning of the PD's frames; whole pages */
	uint64_t vaddr, size, file_size, flags; /* as in struct table_segment */
	const uint8_t *bytes;
};

struct image {
	uint64_t entry;
	uint64_t count;
	struct image_segment segments[TABLE_MAX_SEGMENTS];
};

/* As the table describes it; its bytes are at `bytes` as they are in every place of the PD's. */
void image_of_table(struct image *image, const struct table_pd *record, const uint8_t *bytes);

/* As a sound update file describes it. */
void image_of_update(struct image *image, const uint8_t *file);

/* Whole pages that it takes to run. */
uint64_t image_extent(const struct image *image);

/* What a load leaves as it is, of one segment. */
struct image_gap {
	uint64_t start, end; /* bytes from its beginning */
};

/* Copy the bytes to where they run, the rest of the last page of each segment cleared; without `gap`, all of them. */
void image_load(const struct image *image, struct place *runs, struct image_gap (*gap)(const struct image_segment *));

#endif
