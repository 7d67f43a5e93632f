#include "monitor/pd.h"

#include <stddef.h>

#include "abi/bootinfo.h"
#include "abi/syscall.h"
#include "lib/string.h"
#include "monitor/fail.h"
#include "monitor/guest.h"
#include "monitor/memory.h"
#include "user/syscall.h"

#define STACK_TOP 0x2000000000ULL

static uint64_t objects[2 * TABLE_MAX_PDS + 1] = {SLOT_NULL}; /* slots, by number */

void pd_make_objects(uint64_t pd_count)
{
	for (uint64_t i = 0; i < pd_count; i++) {
		objects[2 * i + 1] = memory_object(OBJECT_VSPACE);
		objects[2 * i + 2] = memory_object(OBJECT_TCB);
	}
}

static bool same(const struct table_extent *a, const struct table_extent *b)
{
	return a->paddr == b->paddr;
}

static void open_copy(struct pd *pd)
{
	const struct table_pd *r = pd->record;

	pd->runs = pd->pristine = &pd->waits;
	if (!same(&r->runs, &r->waits)) {
		place_open(&pd->copy, r->runs);
		pd->runs = &pd->copy;
	} else if (!r->pristine.size) {
		pd->pristine = NULL;
	} else {
		place_open(&pd->copy, r->pristine);
		pd->pristine = &pd->copy;
	}
}

void pd_open(struct pd *pd, const struct table_pd *record)
{
	*pd = (struct pd){
		.record = record,
		.vspace = objects[record->vspace],
		.tcb = objects[record->tcb],
	};
	place_open(&pd->waits, record->waits);
	open_copy(pd);
	image_of_table(&pd->image, record, pd->pristine ? place_show(pd->pristine, RIGHT_READ) : NULL);
}

static void map_image(struct pd *pd)
{
	for (uint64_t i = 0; i < pd->image.count; i++) {
		const struct image_segment *s = &pd->image.segments[i];

		for (uint64_t at = 0; at < s->size; at += PAGE_SIZE)
			memory_map(pd->vspace, s->vaddr + at, pd->run_frames + (s->offset + at) / PAGE_SIZE,
				   (unsigned)s->flags);
	}
	pd->changed = false;
}

static void unmap_image(const struct pd *pd)
{
	for (uint64_t i = 0; i < pd->runs->extent.size / PAGE_SIZE; i++)
		fail_on(sys_invoke(pd->run_frames + i, PAGE_UNMAP, 0, 0, 0, 0, NULL), "Page_Unmap");
}

static void map_stack(uint64_t vspace, uint64_t size)
{
	for (uint64_t at = STACK_TOP - size; at < STACK_TOP; at += PAGE_SIZE)
		memory_map(vspace, at, memory_object(OBJECT_FRAME), RIGHT_READ | RIGHT_WRITE);
}

/* The image runs in place, so a restart needs bytes from elsewhere: they are copied before it runs. */
static void make_second_copy(struct pd *pd)
{
	const uint8_t *from = place_show(pd->runs, RIGHT_READ | RIGHT_WRITE);

	memcpy(place_show(pd->pristine, RIGHT_READ | RIGHT_WRITE), from, pd->pristine->extent.size);
	place_show(pd->pristine, RIGHT_READ);
}

void pd_build(struct pd *pd, uint64_t endpoint, uint64_t badge)
{
	if (pd->vmm) {
		guest_build(pd);
		return;
	}
	if (pd->runs == &pd->copy)
		image_load(&pd->image, pd->runs, NULL);
	else if (pd->pristine)
		make_second_copy(pd);
	pd->run_frames = memory_copy_frames(pd->runs->frames, pd->runs->extent.size / PAGE_SIZE);
	map_image(pd);
	map_stack(pd->vspace, pd->record->stack_size);
	fail_on(sys_invoke(pd->tcb, TCB_CONFIGURE, pd->vspace, endpoint, badge, pd->cnode, NULL), "TCB_Configure");
	pd_rewind(pd);
}

void pd_suspend(struct pd *pd)
{
	fail_on(sys_invoke(pd->tcb, TCB_SUSPEND, 0, 0, 0, 0, NULL), "TCB_Suspend");
}

void pd_rewind(struct pd *pd)
{
	pd->run++;
	if (pd->vmm) {
		guest_rewind(pd);
		return;
	}
	fail_on(sys_invoke(pd->tcb, TCB_WRITE_REGISTERS, pd->image.entry, STACK_TOP, pd->run, 0, NULL),
		"TCB_WriteRegisters");
}

void pd_reload(struct pd *pd, struct image_gap (*gap)(const struct image_segment *))
{
	if (pd->vmm) {
		guest_load(pd);
		return;
	}
	image_load(&pd->image, pd->runs, gap);
	if (!pd->changed)
		return;
	unmap_image(pd);
	map_image(pd);
}

void pd_resume(struct pd *pd)
{
	pd->state = PD_RUNNING;
	if (pd->vmm)
		guest_resume(pd);
	else
		fail_on(sys_invoke(pd->tcb, TCB_RESUME, 0, 0, 0, 0, NULL), "TCB_Resume");
}
