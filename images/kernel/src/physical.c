#include "kernel/physical.h"

#include "kernel/window.h"

#define PADDR_TOP (1ULL << 40) /* device untypeds reach up to here */

struct ranges physical_available(void)
{
	struct ranges list = {.count = 0};

	for (const struct range *r = memory_ram; r->end; r++)
		ranges_add(&list, page_up(r->start), page_down(r->end));
	for (const struct range *r = memory_reserved; r->end; r++)
		ranges_subtract(&list, page_down(r->start), page_up(r->end));
	return list;
}

struct ranges physical_device(const struct ranges *available)
{
	struct ranges list = {.count = 0};

	ranges_add(&list, 0, PADDR_TOP);
	for (unsigned i = 0; i < available->count; i++)
		ranges_subtract(&list, available->r[i].start, available->r[i].end);
	return list;
}

struct ranges physical_free(const struct ranges *available, const struct ranges *reserved)
{
	struct ranges list = *available;

	for (unsigned i = 0; i < reserved->count; i++)
		ranges_subtract(&list, reserved->r[i].start, reserved->r[i].end);
	return list;
}

uint64_t physical_take_pool(struct ranges *free)
{
	return ROOT_POOL_LOW ? ranges_take_bottom(free, ROOT_POOL_SIZE) : ranges_take_top(free, ROOT_POOL_SIZE);
}

unsigned physical_block_bits(uint64_t start, uint64_t end)
{
	unsigned bits = 63 - (unsigned)__builtin_clzl(end - start);
	unsigned alignment = start ? (unsigned)__builtin_ctzl(start) : MAX_UNTYPED_BITS;

	bits = bits < alignment ? bits : alignment;
	return bits < MAX_UNTYPED_BITS ? bits : MAX_UNTYPED_BITS;
}
