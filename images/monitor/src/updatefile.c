#include "monitor/updatefile.h"

#include <stdbool.h>
#include <stddef.h>

#include "abi/table.h"
#include "abi/update.h"
#include "lib/crc32.h"
#include "monitor/image.h"
#include "monitor/memory.h"

#define VADDR_TOP 0x1000000000ULL /* segments lie below; a stack above */

static const struct update_header *header(const struct updatefile *u)
{
	return (const struct update_header *)u->bytes;
}

static const struct update_segment *segment(const struct updatefile *u, uint64_t i)
{
	return (const struct update_segment *)(header(u) + 1) + i;
}

static bool segment_is_sound(const struct updatefile *u, const struct update_segment *s)
{
	return s->vaddr % PAGE_SIZE == 0 && s->vaddr < VADDR_TOP && s->size && s->size <= u->size &&
	       s->offset <= u->size - s->size &&
	       !(s->flags & ~(uint64_t)(TABLE_READ | TABLE_WRITE | TABLE_EXECUTE));
}

/* Ascending, and no two of them in one page. */
static bool segments_are_sound(const struct updatefile *u)
{
	uint64_t count = header(u)->segment_count, end = 0;

	if (!count || count > UPDATE_MAX_SEGMENTS ||
	    u->size < sizeof(struct update_header) + count * sizeof(struct update_segment))
		return false;
	for (uint64_t i = 0; i < count; i++) {
		const struct update_segment *s = segment(u, i);

		if (!segment_is_sound(u, s) || s->vaddr < end)
			return false;
		end = (s->vaddr + s->size + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
	}
	return true;
}

/* In a guest's RAM every address has its frame. */
static bool is_where_frames_are(const struct updatefile *u)
{
	struct image image;

	image_of_update(&image, u->bytes);
	for (uint64_t i = 0; u->ram && i < image.count; i++) {
		if (image.segments[i].vaddr != u->ram + image.segments[i].offset)
			return false;
	}
	return true;
}

static bool fits_frames(const struct updatefile *u)
{
	struct image image;

	image_of_update(&image, u->bytes);
	return image_extent(&image) <= u->frames;
}

/* All protection domains have one entry, and it must be code. */
static bool entry_is_right(const struct updatefile *u)
{
	for (uint64_t i = 0; i < header(u)->segment_count; i++) {
		const struct update_segment *s = segment(u, i);

		if (s->flags & TABLE_EXECUTE && u->entry >= s->vaddr && u->entry - s->vaddr < s->size)
			return header(u)->entry == u->entry;
	}
	return false;
}

const char *updatefile_check(const struct updatefile *u)
{
	const struct update_header *h = header(u);

	if (u->size < sizeof *h)
		return "truncated";
	if (h->magic != UPDATE_MAGIC || h->format != UPDATE_FORMAT)
		return "not an update";
	if (h->total_size > u->room)
		return "too large";
	if (h->total_size > u->size)
		return "truncated";
	if (h->total_size < u->size)
		return "not an update";
	if (h->crc32 != crc32(0, u->bytes + sizeof *h, u->size - sizeof *h))
		return "wrong checksum";
	if (!segments_are_sound(u) || !is_where_frames_are(u))
		return "not an update";
	if (!fits_frames(u))
		return "too large";
	return entry_is_right(u) ? NULL : "wrong entry";
}

uint32_t updatefile_version(const uint8_t *bytes)
{
	return ((const struct update_header *)bytes)->pd_version;
}
