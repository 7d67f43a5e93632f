#include "monitor/memory.h"

#include <stddef.h>

#include "monitor/fail.h"
#include "user/syscall.h"

#define MIN_OBJECT_BITS 18 /* an untyped from which objects are made has at least this size */

static const struct bootinfo *info;
static const struct layout *layout;
static uint64_t next_slot;
static uint64_t object_untyped;                    /* index */
static uint64_t used_up_to[BOOTINFO_MAX_UNTYPEDS]; /* physical */

static const uint8_t object_bits[] = {
	[OBJECT_FRAME] = 12, [OBJECT_PAGE_TABLE] = 12, [OBJECT_VSPACE] = 12, [OBJECT_TCB] = 10, [OBJECT_ENDPOINT] = 5,
	[OBJECT_CNODE] = 10, [OBJECT_VCPU] = 8,
};

static uint64_t untyped_count(void)
{
	return info->untyped.end - info->untyped.start;
}

static uint64_t untyped_end(const struct untyped_desc *u)
{
	return u->paddr + (1ULL << u->size_bits);
}

static uint64_t new_slots(uint64_t count)
{
	uint64_t first = next_slot;

	if (count > info->empty.end - next_slot)
		fail("no capability slots left");
	next_slot += count;
	return first;
}

static bool overlap(const struct untyped_desc *u, const struct table_extent *e)
{
	return u->paddr < e->paddr + e->size && e->paddr < untyped_end(u);
}

/* Of the smallest size that will do: the first object made clears the whole of it. */
static bool is_for_objects(const struct untyped_desc *u)
{
	return !u->is_device && u->size_bits >= MIN_OBJECT_BITS && u->size_bits <= MIN_OBJECT_BITS + 3 &&
	       !overlap(u, &layout->region) && !overlap(u, &layout->arena);
}

static uint64_t next_object_untyped(uint64_t from)
{
	for (uint64_t i = from; i < untyped_count(); i++) {
		if (is_for_objects(&info->untyped_list[i]))
			return i;
	}
	fail("no ordinary memory for objects");
}

void memory_init(const struct bootinfo *bootinfo, const struct layout *l)
{
	info = bootinfo;
	layout = l;
	next_slot = info->empty.start;
	for (uint64_t i = 0; i < untyped_count(); i++)
		used_up_to[i] = info->untyped_list[i].paddr;
	object_untyped = next_object_untyped(0);
}

static uint64_t find_untyped(uint64_t paddr)
{
	for (uint64_t i = 0; i < untyped_count(); i++) {
		const struct untyped_desc *u = &info->untyped_list[i];

		if (u->paddr <= paddr && paddr < untyped_end(u))
			return i;
	}
	fail("no untyped holds a frame of the protection domains");
}

bool memory_is_device(struct table_extent e)
{
	uint64_t end = e.paddr + e.size;

	for (uint64_t at = e.paddr; at < end;) {
		const struct untyped_desc *u = &info->untyped_list[find_untyped(at)];

		if (!u->is_device)
			return false;
		at = untyped_end(u);
	}
	return true;
}

/* Where the kernel will put the next object of this size. */
static uint64_t next_paddr(uint64_t index, unsigned bits)
{
	return (used_up_to[index] + (1ULL << bits) - 1) & ~((1ULL << bits) - 1);
}

static void retype(uint64_t index, enum object_type type, unsigned bits, uint64_t slot)
{
	fail_on(sys_invoke(info->untyped.start + index, UNTYPED_RETYPE, type, bits, slot, 1, NULL), "Untyped_Retype");
	used_up_to[index] = next_paddr(index, bits) + (1ULL << bits);
}

uint64_t memory_object(enum object_type type)
{
	unsigned bits = object_bits[type];
	uint64_t slot = new_slots(1);

	while (next_paddr(object_untyped, bits) + (1ULL << bits) > untyped_end(&info->untyped_list[object_untyped]))
		object_untyped = next_object_untyped(object_untyped + 1);
	retype(object_untyped, type, bits, slot);
	return slot;
}

/* Objects come out of an untyped from its start on: what lies before `paddr` is spent on untypeds nobody uses. */
static void skip_to(uint64_t index, uint64_t paddr)
{
	while (used_up_to[index] < paddr) {
		unsigned bits = 63 - (unsigned)__builtin_clzl(paddr - used_up_to[index]);
		unsigned alignment = (unsigned)__builtin_ctzl(used_up_to[index]);

		retype(index, OBJECT_UNTYPED, bits < alignment ? bits : alignment, new_slots(1));
	}
}

static void take_frame(uint64_t paddr, uint64_t slot)
{
	uint64_t index = find_untyped(paddr);

	skip_to(index, paddr);
	if (used_up_to[index] != paddr)
		fail("the protection domains' frames are not in ascending order");
	retype(index, OBJECT_FRAME, object_bits[OBJECT_FRAME], slot);
}

static uint64_t own_frames(struct table_extent e)
{
	uint64_t first = info->ui_frames.start + (e.paddr - layout->own.paddr) / PAGE_SIZE;

	for (uint64_t i = 0; i < e.size / PAGE_SIZE; i++)
		fail_on(sys_invoke(first + i, PAGE_UNMAP, 0, 0, 0, 0, NULL), "Page_Unmap");
	return first;
}

uint64_t memory_frames(struct table_extent e)
{
	uint64_t first, count = e.size / PAGE_SIZE;

	if (e.paddr >= layout->own.paddr && e.paddr + e.size <= layout->own.paddr + layout->own.size)
		return own_frames(e);
	first = new_slots(count);
	for (uint64_t i = 0; i < count; i++)
		take_frame(e.paddr + i * PAGE_SIZE, first + i);
	return first;
}

uint64_t memory_copy_frames(uint64_t first, uint64_t count)
{
	uint64_t copies = new_slots(count);

	for (uint64_t i = 0; i < count; i++)
		fail_on(sys_invoke(SLOT_CSPACE, CNODE_COPY, copies + i, first + i, 0, 0, NULL), "CNode_Copy");
	return copies;
}

void memory_map(uint64_t vspace, uint64_t vaddr, uint64_t frame, unsigned rights)
{
	int error;

	while ((error = sys_invoke(frame, PAGE_MAP, vspace, vaddr, rights, 0, NULL)) == FAILED_LOOKUP) {
		uint64_t table = memory_object(OBJECT_PAGE_TABLE);

		fail_on(sys_invoke(table, PAGE_TABLE_MAP, vspace, vaddr, 0, 0, NULL), "PageTable_Map");
	}
	fail_on(error, "Page_Map");
}

bool memory_free_part(uint64_t i, struct table_extent *part, bool *is_device)
{
	if (i >= untyped_count())
		return false;
	*part = (struct table_extent){used_up_to[i], untyped_end(&info->untyped_list[i]) - used_up_to[i]};
	*is_device = info->untyped_list[i].is_device;
	return true;
}

void memory_take_block(uint64_t i, uint64_t paddr, unsigned bits)
{
	skip_to(i, paddr);
	retype(i, OBJECT_UNTYPED, bits, new_slots(1));
}
