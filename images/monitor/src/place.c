#include "monitor/place.h"

#include <stddef.h>

#include "abi/bootinfo.h"
#include "monitor/fail.h"
#include "monitor/memory.h"
#include "user/syscall.h"

static uint64_t next_window = 0x90000000ULL; /* above the monitor itself */

void place_open(struct place *p, struct table_extent extent)
{
	*p = (struct place){.extent = extent};
	if (extent.size)
		p->frames = memory_frames(extent);
}

void place_new_page(struct place *p)
{
	*p = (struct place){.extent.size = PAGE_SIZE, .frames = memory_object(OBJECT_FRAME)};
}

uint8_t *place_show(struct place *p, unsigned rights)
{
	if (p->rights != rights)
		place_hide(p);
	if (!p->window) {
		p->window = next_window;
		next_window += p->extent.size;
	}
	for (uint64_t at = 0; !p->rights && at < p->extent.size; at += PAGE_SIZE)
		memory_map(SLOT_VSPACE, p->window + at, p->frames + at / PAGE_SIZE, rights);
	p->rights = rights;
	return (uint8_t *)(uintptr_t)p->window;
}

void place_hide(struct place *p)
{
	for (uint64_t at = 0; p->rights && at < p->extent.size; at += PAGE_SIZE)
		fail_on(sys_invoke(p->frames + at / PAGE_SIZE, PAGE_UNMAP, 0, 0, 0, 0, NULL), "Page_Unmap");
	p->rights = 0;
}

void place_unify(const struct place *p, uint64_t offset, uint64_t size)
{
	for (uint64_t at = 0; at < size; at += PAGE_SIZE)
		fail_on(sys_invoke(p->frames + (offset + at) / PAGE_SIZE, PAGE_UNIFY, 0, 0, 0, 0, NULL), "Page_Unify");
}
