#include "replay/frame.h"

#include <string.h>

#include "replay/page.h"

const struct region *frame_region(const struct boot_image *img, uint64_t paddr)
{
	for (size_t i = 0; i < img->region_count; i++) {
		const struct region *r = &img->regions[i];

		if (paddr >= r->paddr && paddr - r->paddr < r->size && r->owner != REGION_UNKNOWN)
			return r;
	}
	return NULL;
}

bool frame_is_monitors(const struct region *r)
{
	return r && (r->owner == REGION_MONITOR || (r->owner == REGION_PD && r->pd && strcmp(r->pd, "monitor") == 0));
}

/* The part of an image's region that is mapped at the entry: none where its virtual address is not known, or elsewhere. */
static struct replay_page entry_page(const struct region *r)
{
	struct replay_page page = {.paddr = 0};

	if (r->owner != REGION_PD || !r->pd || !r->vaddr || r->vaddr > FRAME_ENTRY || FRAME_ENTRY - r->vaddr >= r->size)
		return page;
	page.bytes = r->bytes + (FRAME_ENTRY - r->vaddr);
	page.size = (uint32_t)(r->size - (FRAME_ENTRY - r->vaddr));
	page.size = page.size < REPLAY_PAGE ? page.size : REPLAY_PAGE;
	return page;
}

const char *frame_owner(const struct boot_image *img, const struct machine *m, uint64_t frame, bool *copied)
{
	const struct region *r = frame_region(img, frame);
	const char *owner = NULL;

	*copied = !r || !r->pd;
	if (r && r->pd)
		return r->pd;
	for (size_t i = 0; i < img->region_count; i++) {
		struct replay_page page = entry_page(&img->regions[i]);

		page.paddr = frame;
		if (!page.bytes || !replay_page_is_right(&page, m))
			continue;
		if (owner && strcmp(owner, img->regions[i].pd) != 0)
			return NULL;
		owner = img->regions[i].pd;
	}
	return owner;
}
