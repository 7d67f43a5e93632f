#include "image/payload.h"

#include <inttypes.h>

#define X "0x%" PRIx64

static int check_place(const struct boot_image *img, const struct image_payload *p, uint64_t size, struct err *e)
{
	if (size > p->room || size > UINT64_MAX - p->paddr) {
		err_set(e, ERR_IMAGE, "the payload has " X " bytes, and %s at " X " has room for " X, size, p->name,
			p->paddr, p->room);
		return err_at(e, p->path, 0, 0);
	}
	for (size_t i = 0; i < img->region_count; i++) {
		const struct region *r = &img->regions[i];

		if (r->paddr >= p->paddr + size || p->paddr >= r->paddr + r->size)
			continue;
		err_set(e, ERR_IMAGE, "the payload (" X ".." X ") lies where the image has a region (" X ".." X ")",
			p->paddr, p->paddr + size, r->paddr, r->paddr + r->size);
		return err_at(e, p->path, 0, 0);
	}
	return 0;
}

static int add_one(struct boot_image *img, const struct image_payload *p, struct err *e)
{
	struct boot_payload *payload = &img->payloads[img->payload_count];
	const struct file_map *m = &payload->file;

	if (file_map_open(&payload->file, p->path, "payload", e) < 0)
		return -1;
	img->payload_count++;
	payload->path = arena_strdup(&img->arena, p->path);
	payload->paddr = p->paddr;
	if (check_place(img, p, m->size, e) < 0)
		return -1;
	img->regions = arena_grow(&img->arena, img->regions, &img->region_room, img->region_count + 1,
				  sizeof *img->regions);
	img->regions[img->region_count++] = (struct region){
		.name = arena_strdup(&img->arena, p->name),
		.paddr = p->paddr,
		.size = m->size,
		.bytes = m->bytes,
		.segment = -1,
		.payload = true,
	};
	return 0;
}

int payload_add(struct boot_image *img, const struct image_payload *payloads, size_t count, struct err *e)
{
	img->payloads = arena_alloc(&img->arena, (count + 1) * sizeof *img->payloads);
	for (size_t i = 0; i < count; i++)
		if (add_one(img, &payloads[i], e) < 0)
			return -1;
	return 0;
}
