#include "monitor/pd.h"

#include <stddef.h>

#include "abi/syscall.h"
#include "monitor/fail.h"
#include "monitor/memory.h"
#include "user/syscall.h"

#define PAGE_SIZE 4096ULL
#define STACK_TOP 0x2000000000ULL

static void map_segment(uint64_t vspace, const struct table_segment *s)
{
	for (uint64_t at = 0; at < s->size; at += PAGE_SIZE)
		memory_map(vspace, s->vaddr + at, memory_frame_at(s->paddr + at), (unsigned)s->flags);
}

static void map_stack(uint64_t vspace, uint64_t size)
{
	for (uint64_t at = STACK_TOP - size; at < STACK_TOP; at += PAGE_SIZE)
		memory_map(vspace, at, memory_object(OBJECT_FRAME), RIGHT_READ | RIGHT_WRITE);
}

void pd_create(struct pd *pd, const struct table_pd *record, uint64_t endpoint, uint64_t badge)
{
	uint64_t vspace = memory_object(OBJECT_VSPACE);

	pd->record = record;
	pd->tcb = memory_object(OBJECT_TCB);
	pd->state = PD_RUNNING;
	for (uint64_t i = 0; i < record->segment_count; i++)
		map_segment(vspace, &record->segments[i]);
	map_stack(vspace, record->stack_size);
	if (sys_invoke(pd->tcb, TCB_CONFIGURE, vspace, endpoint, badge, 0, NULL) ||
	    sys_invoke(pd->tcb, TCB_WRITE_REGISTERS, record->entry, STACK_TOP, 0, 0, NULL))
		fail("a protection domain's thread cannot be set up");
}

void pd_resume(struct pd *pd)
{
	pd->state = PD_RUNNING;
	if (sys_invoke(pd->tcb, TCB_RESUME, 0, 0, 0, 0, NULL))
		fail("a protection domain cannot be resumed");
}
