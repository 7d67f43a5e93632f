#include "kernel/root.h"

#include <stddef.h>

#include "abi/syscall.h"
#include "kernel/cap.h"
#include "kernel/panic.h"
#include "kernel/physical.h"
#include "kernel/thread.h"
#include "kernel/vspace.h"
#include "kernel/window.h"
#include "lib/string.h"

/* Next free byte of the pool, and its end. */
struct pool {
	uint64_t next, end;
};

static uint64_t pool_take(struct pool *pool, uint64_t size)
{
	uint64_t paddr = (pool->next + size - 1) & ~(size - 1);

	if (paddr + size > pool->end)
		panic("the initial task's objects do not fit their pool");
	pool->next = paddr + size;
	memset(phys_to_ptr(paddr), 0, size);
	return paddr;
}

static void set_cap(uint64_t slot, enum cap_type type, uint64_t paddr, uint8_t bits)
{
	struct cap *cap = cspace_slot(slot);

	if (!cap)
		panic("no slot left for the initial task's capabilities");
	*cap = (struct cap){
		.type = type,
		.size_bits = bits,
		.paddr = paddr,
	};
}

/* A frame that is mapped in the initial task's address space. */
static void set_frame_cap(uint64_t slot, uint64_t paddr, uint64_t vaddr)
{
	set_cap(slot, CAP_FRAME, paddr, PAGE_BITS);
	cspace_slot(slot)->mapped = true;
	cspace_slot(slot)->vspace_id = cspace_slot(SLOT_VSPACE)->vspace_id;
	cspace_slot(slot)->vaddr = vaddr;
}

static void map(struct pool *pool, uint64_t root, uint64_t vaddr, uint64_t paddr)
{
	unsigned all = RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE;
	int error;

	while ((error = vspace_map_page(root, vaddr, paddr, all)) == FAILED_LOOKUP)
		vspace_map_table(root, vaddr, pool_take(pool, PAGE_SIZE));
	if (error)
		panic("the initial task cannot be mapped");
}

static void map_image(struct pool *pool, struct bootinfo *info, uint64_t root, const struct root_image *image)
{
	for (uint64_t p = image->paddr_start; p < image->paddr_end; p += PAGE_SIZE) {
		map(pool, root, p - image->pv_offset, p);
		set_frame_cap(info->ui_frames.end++, p, p - image->pv_offset);
	}
}

static void create_thread(uint64_t tcb, uint64_t root, uint64_t entry, uint64_t bootinfo_vaddr)
{
	struct tcb *t = phys_to_ptr(tcb);

	context_init(&t->context);
	t->context.pc = entry;
	context_set_word(&t->context, 0, bootinfo_vaddr);
	t->cspace = cspace_of(cspace_slot(SLOT_CSPACE));
	t->vspace = root;
	t->vspace_id = cspace_slot(SLOT_VSPACE)->vspace_id;
	thread_make_runnable(t);
}

struct bootinfo *root_create(const struct root_image *image, uint64_t pool_start)
{
	struct pool pool = {pool_start, pool_start + ROOT_POOL_SIZE};
	uint64_t slots = pool_take(&pool, 1 << CSPACE_BITS);
	uint64_t tcb = pool_take(&pool, PAGE_SIZE);
	uint64_t root = pool_take(&pool, PAGE_SIZE);
	uint64_t frame = pool_take(&pool, PAGE_SIZE);
	uint64_t frame_vaddr = image->paddr_end - image->pv_offset; /* right behind the image */
	struct bootinfo *info = phys_to_ptr(frame);

	cspace_use((struct cspace){phys_to_ptr(slots), CSPACE_SLOTS});
	set_cap(SLOT_TCB, CAP_TCB, tcb, TCB_BITS);
	set_cap(SLOT_CSPACE, CAP_CSPACE, slots, CSPACE_BITS);
	set_cap(SLOT_VSPACE, CAP_VSPACE, root, PAGE_BITS);
	cspace_slot(SLOT_VSPACE)->vspace_id = vspace_create(root);
	set_frame_cap(SLOT_BOOTINFO_FRAME, frame, frame_vaddr);
	info->ui_frames = (struct slot_range){SLOT_FIRST_FREE, SLOT_FIRST_FREE};
	map_image(&pool, info, root, image);
	map(&pool, root, frame_vaddr, frame);
	create_thread(tcb, root, image->v_entry, frame_vaddr);
	info->untyped = (struct slot_range){info->ui_frames.end, info->ui_frames.end};
	return info;
}
