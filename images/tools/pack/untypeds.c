/* The kernel's own sums (kernel/src/physical.c, ranges.c) over the kernel's own map (lib/src/memory.c). */
#include "untypeds.h"

#include <string.h>

#include "../common.h"
#include "kernel/panic.h"
#include "kernel/physical.h"

_Noreturn void panic(const char *why)
{
	die("pack: the kernel would panic: %s", why);
}

struct table_extent untypeds_named_area(const char *name)
{
	for (const struct named_range *n = memory_named; n->name; n++) {
		if (strcmp(n->name, name) == 0)
			return (struct table_extent){n->range.start, n->range.end - n->range.start};
	}
	return (struct table_extent){0, 0};
}

uint64_t untypeds_ram_start(void)
{
	return memory_ram[0].start;
}

static void expect(struct expected_untypeds *out, const struct ranges *list, bool is_device)
{
	for (unsigned i = 0; i < list->count; i++) {
		uint64_t start = list->r[i].start, end = list->r[i].end;

		while (start < end) {
			unsigned bits = physical_block_bits(start, end);

			if (out->count == BOOTINFO_MAX_UNTYPEDS)
				die("pack: the kernel's bootinfo has not room for so many untypeds");
			out->list[out->count++] = (struct untyped_desc){
				.paddr = start, .size_bits = (uint8_t)bits, .is_device = is_device};
			start += 1ULL << bits;
		}
	}
}

static struct ranges range_of(struct table_extent e)
{
	struct ranges list = {.count = 0};

	ranges_add(&list, e.paddr, e.paddr + e.size);
	return list;
}

static bool holds(const struct ranges *list, struct table_extent e)
{
	struct ranges rest = range_of(e);

	for (unsigned i = 0; i < list->count; i++)
		ranges_subtract(&rest, list->r[i].start, list->r[i].end);
	return rest.count == 0;
}

static void reserve(struct ranges *list, uint64_t start, uint64_t end, const struct ranges *available)
{
	if (!holds(available, (struct table_extent){start, end - start}))
		die("pack: 0x%llx..0x%llx is not RAM that the kernel may use", (unsigned long long)start,
		    (unsigned long long)end);
	ranges_add(list, start, end);
}

/* Of all RAM, what is not free: the kernel, the initial task and its objects, device memory, firmware. */
static void note_reserved(struct system *s, const struct ranges *free)
{
	struct ranges list = {.count = 0};

	for (const struct range *r = memory_ram; r->end; r++)
		ranges_add(&list, r->start, r->end);
	for (unsigned i = 0; i < free->count; i++)
		ranges_subtract(&list, free->r[i].start, free->r[i].end);
	if (list.count > SYSTEM_MAX_RESERVED)
		die("pack: more than %d pieces of reserved memory", SYSTEM_MAX_RESERVED);
	for (unsigned i = 0; i < list.count; i++)
		s->reserved[i] = (struct table_extent){list.r[i].start, list.r[i].end - list.r[i].start};
	s->reserved_count = list.count;
}

void untypeds_expect(struct system *s)
{
	const struct segment *first = &s->kernel.segments[0], *last = &s->kernel.segments[s->kernel.count - 1];
	const struct table_extent *own = &s->layout.own, *region = &s->layout.region;
	struct ranges available = physical_available();
	struct ranges device = physical_device(&available);
	struct ranges extra = {.count = 0}, reserved = {.count = 0}, free;

	reserve(&reserved, first->paddr, last->paddr + last->size, &available);
	reserve(&reserved, own->paddr, own->paddr + own->size, &available);
	if (s->placement == DEVICE_REGION) {
		reserve(&reserved, region->paddr, region->paddr + region->size, &available);
		extra = range_of(*region);
	}
	free = physical_free(&available, &reserved);
	physical_take_pool(&free);
	note_reserved(s, &free);
	if (!holds(&free, s->layout.arena))
		die("pack: there is no ordinary memory for copies of the images at 0x%llx",
		    (unsigned long long)s->layout.arena.paddr);
	expect(&s->untypeds, &device, true);
	expect(&s->untypeds, &extra, true);
	expect(&s->untypeds, &free, false);
}
