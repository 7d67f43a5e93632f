#include "replay/page.h"

#include <string.h>

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

struct replay_page replay_page_of(uint64_t paddr, const struct boot_image *img)
{
	struct replay_page page = {.paddr = paddr};

	for (size_t i = 0; img && i < img->region_count; i++) {
		const struct region *r = &img->regions[i];
		uint64_t from = later(paddr, r->paddr), to = earlier(paddr + REPLAY_PAGE, r->paddr + r->size);

		if (!r->bytes || from >= to)
			continue;
		page.bytes = r->bytes + (from - r->paddr);
		page.offset = (uint32_t)(from - paddr);
		page.size = (uint32_t)(to - from);
		break;
	}
	return page;
}

bool replay_page_is_right(const struct replay_page *p, const struct machine *m)
{
	const uint8_t *now = p->bytes ? machine_view(m, p->paddr + p->offset, p->size) : NULL;

	return now && memcmp(now, p->bytes, p->size) == 0;
}
