#include "monitor/image.h"

#include <stddef.h>

#include "abi/syscall.h"
#include "abi/update.h"
#include "lib/string.h"
#include "monitor/memory.h"

static uint64_t whole_pages(uint64_t size)
{
	return (size + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
}

void image_of_table(struct image *image, const struct table_pd *record, const uint8_t *bytes)
{
	image->entry = record->entry;
	image->count = record->segment_count;
	for (uint64_t i = 0; i < image->count; i++) {
		const struct table_segment *s = &record->segments[i];

		image->segments[i] = (struct image_segment){
			s->offset, s->vaddr, s->size, s->file_size, s->flags, bytes + s->offset};
	}
}

void image_of_update(struct image *image, const uint8_t *file)
{
	const struct update_header *header = (const struct update_header *)file;
	const struct update_segment *s = (const struct update_segment *)(header + 1);
	uint64_t offset = 0;

	image->entry = header->entry;
	image->count = header->segment_count;
	for (uint64_t i = 0; i < image->count; i++, s++) {
		image->segments[i] =
			(struct image_segment){offset, s->vaddr, s->size, s->size, s->flags, file + s->offset};
		offset += whole_pages(s->size);
	}
}

uint64_t image_extent(const struct image *image)
{
	uint64_t size = 0;

	for (uint64_t i = 0; i < image->count; i++)
		size += whole_pages(image->segments[i].size);
	return size;
}

void image_load(const struct image *image, struct place *runs, struct image_gap (*gap)(const struct image_segment *))
{
	uint8_t *to = place_show(runs, RIGHT_READ | RIGHT_WRITE);

	for (uint64_t i = 0; i < image->count; i++) {
		const struct image_segment *s = &image->segments[i];
		struct image_gap g = gap ? gap(s) : (struct image_gap){0, 0};
		uint8_t *at = to + s->offset;

		memcpy(at, s->bytes, g.start);
		memcpy(at + g.end, s->bytes + g.end, s->size - g.end);
		memset(at + s->size, 0, whole_pages(s->size) - s->size);
		if (s->flags & TABLE_EXECUTE)
			place_unify(runs, s->offset, s->size);
	}
}
