#include "image/fitting.h"

#include <inttypes.h>
#include <stdio.h>

#define X "0x%" PRIx64

static bool inside(struct memory_piece ram, uint64_t paddr, uint64_t size)
{
	return paddr >= ram.base && paddr - ram.base <= ram.size && size <= ram.size - (paddr - ram.base);
}

static int misfit(const struct boot_image *img, struct err *e)
{
	err_at(e, img->path, 0, 0);
	return err_hint(e, "give an image that was built for this board's memory");
}

static const char *place_in_file(const struct boot_image *img, const struct region *r, char *text, size_t size)
{
	if (r->payload || r->bytes < img->map || r->bytes >= img->map + img->map_size)
		return "";
	snprintf(text, size, "; in the file at offset 0x%zx", (size_t)(r->bytes - img->map));
	return text;
}

int fitting_check(const struct boot_image *img, struct memory_piece ram, struct err *e)
{
	uint64_t last = ram.base + (ram.size - 1);
	const struct container *c = &img->container;
	char where[48];

	if (c->placed && !inside(ram, c->address, c->to - c->from)) {
		err_set(e, ERR_IMAGE, "the %s puts itself at " X " (" X " bytes), outside of the board's RAM (" X " to " X ")",
			image_kind_name(img->kind), c->address, c->to - c->from, ram.base, last);
		return misfit(img, e);
	}
	for (size_t i = 0; i < img->region_count; i++) {
		const struct region *r = &img->regions[i];

		if (inside(ram, r->paddr, r->size))
			continue;
		err_set(e, ERR_IMAGE, "region %s (" X ", " X " bytes%s) lies outside of the board's RAM (" X " to " X ")", r->name,
			r->paddr, r->size, place_in_file(img, r, where, sizeof where), ram.base, last);
		return misfit(img, e);
	}
	if (inside(ram, img->ui_start, img->ui_end - img->ui_start))
		return 0;
	err_set(e, ERR_IMAGE, "the initial task's range " X " to " X " lies outside of the board's RAM (" X " to " X ")",
		img->ui_start, img->ui_end - 1, ram.base, last);
	return misfit(img, e);
}
