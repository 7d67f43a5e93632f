#include "image/block.h"

const char *block_answer_name(enum block_answer a)
{
	static const char *const names[] = {[BLOCK_UNKNOWN] = NULL, [BLOCK_GRANTED] = "granted", [BLOCK_REFUSED] = "refused"};

	return names[a];
}

static bool overlap(struct memory_piece a, uint64_t base, uint64_t size)
{
	return a.base < base + size && base < a.base + a.size;
}

/* Is it the kernel's, the initial task's, or does something of the image wait there? The loader's own place is free
 * again once the kernel runs. */
static bool is_image(const struct boot_image *img, uint64_t base, uint64_t size)
{
	if (overlap((struct memory_piece){img->ui_start, img->ui_end - img->ui_start}, base, size))
		return true;
	for (size_t i = 0; i < img->region_count; i++) {
		const struct region *r = &img->regions[i];

		if (r->role == REGION_WAITS && overlap((struct memory_piece){r->paddr, r->size}, base, size))
			return true;
	}
	return false;
}

static bool is_reserved(const struct boot_image *img, uint64_t base, uint64_t size)
{
	for (size_t i = 0; i < img->reserved_count; i++)
		if (overlap((struct memory_piece){img->reserved[i].base, img->reserved[i].size}, base, size))
			return true;
	return false;
}

/* Is there a place in the piece? */
static bool has_place(const struct boot_image *img, struct memory_piece in, uint64_t size, bool ordinary)
{
	uint64_t skip = (size - in.base % size) % size;

	for (; skip <= in.size && in.size - skip >= size; skip += size) {
		uint64_t base = in.base + skip;

		if (!is_image(img, base, size) && !(ordinary && is_reserved(img, base, size)))
			return true;
	}
	return false;
}

enum block_answer block_answer(const struct boot_image *img, struct memory_piece ram,
			       const struct memory_piece *offered, size_t offered_count, uint64_t size)
{
	for (size_t i = 0; i < offered_count; i++)
		if (has_place(img, offered[i], size, false))
			return BLOCK_GRANTED;
	if (!img->has_reserved)
		return BLOCK_UNKNOWN;
	return has_place(img, ram, size, true) ? BLOCK_GRANTED : BLOCK_REFUSED;
}
