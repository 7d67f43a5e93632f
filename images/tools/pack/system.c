#include "system.h"

#include <string.h>

#include "../common.h"
#include "../elf/pd.h"
#include "abi/guest.h"
#include "abi/update.h"
#include "lib/crc32.h"
#include "untypeds.h"

#define PAGE 4096ULL

/* An untyped of this size begins with the PDs' region, so that clearing it costs little and hits nobody else. */
#define REGION_ALIGNMENT (2ULL << 20)

#define STACK_SIZE (4 * PAGE)
#define UPDATE_SLACK (4 * PAGE) /* by so much an update may be larger than what it replaces */

static uint64_t align(uint64_t n, uint64_t to)
{
	return (n + to - 1) & ~(to - 1);
}

/* The next whole pages from `at` on. */
static struct table_extent take(uint64_t *at, uint64_t size)
{
	struct table_extent e = {*at, align(size, PAGE)};

	*at += e.size;
	return e;
}

static bool is_inside(const struct system *s)
{
	return s->placement == INITIAL_TASK || system_is_one_region(s);
}

bool system_is_one_region(const struct system *s)
{
	return s->placement == CAPDL || s->placement == CAPDL_FILL;
}

static bool runs_in_copies(const struct system *s)
{
	return s->placement == CAPDL_FILL || (s->reload && s->placement != CAPDL);
}

static void check(const struct system *s)
{
	if (s->loader.count != 1 || s->monitor.count != 1)
		die("pack: loader and monitor must have one PT_LOAD segment each");
	if (s->monitor.segments[0].vaddr % PAGE)
		die("pack: %s: its segment is not page-aligned", s->monitor.path);
	if (s->table_in_region && s->placement != DEVICE_REGION)
		die("pack: --table=region: only --placement=device-region has a region for it");
	if (s->slots && s->placement == CAPDL)
		die("pack: --slots: --placement=capdl has no loading area, for the images run where they were put");
}

static void lay_out_monitor(struct system *s, uint64_t *at)
{
	const struct segment *last = &s->kernel.segments[s->kernel.count - 1];
	struct segment *monitor = &s->monitor.segments[0];

	*at = align(last->paddr + last->size, PAGE);
	s->layout.own.paddr = monitor->paddr = *at;
	s->pv_offset = monitor->paddr - monitor->vaddr;
	take(at, monitor->size);
	s->table_size = s->pd_count * sizeof s->table.pds[0];
	if (!s->table_in_region)
		s->layout.table = take(at, s->table_size);
}

static void enter_region(struct system *s, uint64_t *at)
{
	s->layout.own.size = *at - s->layout.own.paddr;
	if (s->placement == DT_RESERVED)
		*at = untypeds_named_area("pd-images").paddr;
	else
		*at = align(*at, REGION_ALIGNMENT);
	s->layout.region.paddr = *at;
	if (s->table_in_region)
		s->layout.table = take(at, s->table_size);
}

static void leave_region(struct system *s, uint64_t at)
{
	struct table_extent *e = is_inside(s) ? &s->layout.own : &s->layout.region;

	e->size = at - e->paddr;
	if (s->placement == DT_RESERVED && e->size > untypeds_named_area("pd-images").size)
		die("pack: the device tree's reserved memory pd-images is too small: %llu bytes are needed",
		    (unsigned long long)e->size);
}

static void describe_pd(struct system *s, size_t i)
{
	const struct program *pd = &s->pds[i];
	struct table_pd *out = &s->table.pds[i];
	uint64_t offset = 0;

	strncpy(out->name, pd->name, sizeof out->name - 1);
	out->vspace = 2 * i + 1;
	out->tcb = 2 * i + 2;
	out->vmm = s->vmms[i];
	out->entry = pd->entry;
	out->stack_size = out->vmm ? 0 : STACK_SIZE;
	out->self_copy = pd_self_copy(pd);
	out->segment_count = pd->count;
	for (size_t j = 0; j < pd->count; j++) {
		const struct segment *g = &pd->segments[j];

		out->segments[j] = (struct table_segment){offset, g->vaddr, g->size, g->file_size, g->flags};
		if (out->vmm && g->vaddr != GUEST_RAM + offset)
			die("pack: %s: segment %zu is not where the guest's RAM has it", pd->path, j);
		offset = align(offset + g->size, PAGE);
	}
	out->waits.size = offset;
}

static void place_images(struct system *s, uint64_t *at)
{
	for (size_t i = 0; i < s->pd_count; i++) {
		struct table_pd *pd = &s->table.pds[i];

		pd->waits = take(at, pd->waits.size);
		for (size_t j = 0; j < s->pds[i].count; j++)
			s->pds[i].segments[j].paddr = pd->waits.paddr + pd->segments[j].offset;
	}
	s->images_end = *at;
	for (size_t i = 0; s->slots && i < s->pd_count; i++) {
		struct table_pd *pd = &s->table.pds[i];

		for (unsigned k = 0; k < TABLE_SLOTS; k++) /* slot header, file header, image */
			pd->slots[k] = take(at, SLOT_HEADER_SIZE + PAGE + pd->waits.size + UPDATE_SLACK);
	}
}

/* Copies are made in ordinary memory, an untyped of its own of at least 2 MiB. */
static void place_copies(struct system *s)
{
	uint64_t own_end = s->layout.own.paddr + s->layout.own.size;
	uint64_t region_end = s->layout.region.paddr + s->layout.region.size;
	uint64_t at = align(s->placement == DEVICE_REGION ? region_end : own_end, REGION_ALIGNMENT);

	s->layout.arena.paddr = at;
	for (size_t i = 0; i < s->pd_count; i++) {
		struct table_pd *pd = &s->table.pds[i];
		bool copied = pd->vmm || runs_in_copies(s);

		pd->runs = pd->waits;
		if (copied)
			pd->runs = take(&at, pd->waits.size + (s->slots ? UPDATE_SLACK : 0));
		if (s->reload)
			pd->pristine = copied ? pd->waits : take(&at, pd->waits.size);
	}
	s->layout.arena.size = at - s->layout.arena.paddr;
}

static uint64_t identity(const struct system *s)
{
	uint32_t crc = crc32(0, &s->table, s->table_size);

	for (size_t i = 0; i < s->pd_count; i++) {
		for (size_t j = 0; j < s->pds[i].count; j++)
			crc = crc32(crc, s->pds[i].segments[j].bytes, s->pds[i].segments[j].size);
	}
	return crc;
}

static void tell_monitor(struct system *s)
{
	s->layout.ram_paddr = untypeds_ram_start();
	s->layout.block = untypeds_named_area("contiguous");
	s->layout.table_vaddr = s->table_in_region ? 0 : s->layout.table.paddr - s->pv_offset;
	s->layout.pd_count = s->pd_count;
	s->layout.system_id = identity(s);
	program_patch(&s->monitor, "system_layout", &s->layout, sizeof s->layout);
	program_patch(&s->monitor, "system_untypeds", &s->untypeds, sizeof s->untypeds);
}

void system_lay_out(struct system *s)
{
	uint64_t at;

	check(s);
	for (size_t i = 0; i < s->pd_count; i++) {
		pd_prepare(&s->pds[i], s->pds[i].name);
		describe_pd(s, i);
	}
	lay_out_monitor(s, &at);
	if (!is_inside(s))
		enter_region(s, &at);
	place_images(s, &at);
	leave_region(s, at);
	place_copies(s);
	untypeds_expect(s);
	tell_monitor(s);
}
