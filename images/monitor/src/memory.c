#include "monitor/memory.h"

#include <stddef.h>

#include "lib/print.h"
#include "monitor/fail.h"
#include "user/syscall.h"

#define PAGE_SIZE 4096ULL
#define MIN_OBJECT_BITS 18 /* an untyped from which objects are made has at least this size */

static const struct bootinfo *info;
static uint64_t next_slot;
static uint64_t object_untyped;                    /* slot */
static uint64_t used_up_to[BOOTINFO_MAX_UNTYPEDS]; /* physical; only of those from which frames are taken */

static uint64_t untyped_count(void)
{
	return info->untyped.end - info->untyped.start;
}

static uint64_t untyped_end(const struct untyped_desc *u)
{
	return u->paddr + (1ULL << u->size_bits);
}

static uint64_t new_slot(void)
{
	if (next_slot == info->empty.end)
		fail("no capability slots left");
	return next_slot++;
}

static void check(int error, const char *what)
{
	if (!error)
		return;
	print("MON|ERROR: %s: error %d\n", what, error);
	fail("invocation error");
}

static uint64_t retype(uint64_t untyped, enum object_type type, unsigned bits)
{
	uint64_t slot = new_slot();

	check(sys_invoke(untyped, UNTYPED_RETYPE, type, bits, slot, 1, NULL), "Untyped_Retype");
	return slot;
}

static uint64_t find_object_untyped(const struct table_place *place)
{
	uint64_t end = place->region_paddr + place->region_size;

	for (uint64_t i = 0; i < untyped_count(); i++) {
		const struct untyped_desc *u = &info->untyped_list[i];

		if (u->is_device || u->size_bits < MIN_OBJECT_BITS)
			continue;
		/* Of the smallest size that will do: the first object made clears the whole of it. */
		if (u->size_bits <= MIN_OBJECT_BITS + 3 && (untyped_end(u) <= place->region_paddr || end <= u->paddr))
			return info->untyped.start + i;
	}
	fail("no ordinary memory for objects");
}

void memory_init(const struct bootinfo *bootinfo, const struct table_place *place)
{
	info = bootinfo;
	next_slot = info->empty.start;
	for (uint64_t i = 0; i < untyped_count(); i++)
		used_up_to[i] = info->untyped_list[i].paddr;
	object_untyped = find_object_untyped(place);
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

bool memory_is_device(uint64_t start, uint64_t end)
{
	while (start < end) {
		const struct untyped_desc *u = &info->untyped_list[find_untyped(start)];

		if (!u->is_device)
			return false;
		start = untyped_end(u);
	}
	return true;
}

uint64_t memory_object(enum object_type type)
{
	return retype(object_untyped, type, 0);
}

/* Objects come out of an untyped from its start on: what lies before `paddr` is spent on untypeds nobody uses. */
static void skip_to(uint64_t index, uint64_t paddr)
{
	uint64_t *at = &used_up_to[index];

	while (*at < paddr) {
		unsigned bits = 63 - (unsigned)__builtin_clzl(paddr - *at);
		unsigned alignment = (unsigned)__builtin_ctzl(*at);

		bits = bits < alignment ? bits : alignment;
		retype(info->untyped.start + index, OBJECT_UNTYPED, bits);
		*at += 1ULL << bits;
	}
}

uint64_t memory_frame_at(uint64_t paddr)
{
	uint64_t index = find_untyped(paddr);

	skip_to(index, paddr);
	if (used_up_to[index] != paddr)
		fail("the protection domains' frames are not in ascending order");
	used_up_to[index] += PAGE_SIZE;
	return retype(info->untyped.start + index, OBJECT_FRAME, 0);
}

void memory_map(uint64_t vspace, uint64_t vaddr, uint64_t frame, unsigned rights)
{
	int error;

	while ((error = sys_invoke(frame, PAGE_MAP, vspace, vaddr, rights, 0, NULL)) == FAILED_LOOKUP) {
		uint64_t table = memory_object(OBJECT_PAGE_TABLE);

		check(sys_invoke(table, PAGE_TABLE_MAP, vspace, vaddr, 0, 0, NULL), "PageTable_Map");
	}
	check(error, "Page_Map");
}
