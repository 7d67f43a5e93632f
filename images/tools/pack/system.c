#include "system.h"

#include <string.h>

#include "../common.h"

#define PAGE 4096ULL

/* An untyped of this size begins with the PDs' region, so that clearing it costs little and hits nobody else. */
#define REGION_ALIGNMENT (2ULL << 20)

#define STACK_SIZE (4 * PAGE)

static uint64_t align(uint64_t n, uint64_t to)
{
	return (n + to - 1) & ~(to - 1);
}

static void check_programs(const struct system *s)
{
	if (s->loader.count != 1 || s->monitor.count != 1)
		die("pack: loader and monitor must have one PT_LOAD segment each");
	if (s->monitor.segments[0].vaddr % PAGE)
		die("pack: %s: its segment is not page-aligned", s->monitor.path);
	for (size_t i = 0; i < s->pd_count; i++) {
		for (size_t j = 0; j < s->pds[i].count; j++) {
			if (s->pds[i].segments[j].vaddr % PAGE)
				die("pack: %s: segment %zu is not page-aligned", s->pds[i].path, j);
		}
	}
}

static void lay_out_monitor(struct system *s)
{
	const struct segment *last = &s->kernel.segments[s->kernel.count - 1];
	struct segment *monitor = &s->monitor.segments[0];

	s->ui_start = align(last->paddr + last->size, PAGE);
	s->ui_end = align(s->ui_start + monitor->size, PAGE);
	s->pv_offset = s->ui_start - monitor->vaddr;
	monitor->paddr = s->ui_start;
}

static void lay_out_table(struct system *s)
{
	s->table_size = sizeof *s->table + s->pd_count * sizeof s->table->pds[0];
	s->table_paddr = s->ui_end;
	if (!s->table_in_region)
		s->ui_end = align(s->ui_end + s->table_size, PAGE);
	s->region = align(s->ui_end, REGION_ALIGNMENT);
	if (s->table_in_region)
		s->table_paddr = s->region;
}

static void lay_out_pds(struct system *s)
{
	uint64_t at = s->table_in_region ? align(s->region + s->table_size, PAGE) : s->region;

	for (size_t i = 0; i < s->pd_count; i++) {
		for (size_t j = 0; j < s->pds[i].count; j++) {
			s->pds[i].segments[j].paddr = at;
			at = align(at + s->pds[i].segments[j].size, PAGE);
		}
	}
	s->region_size = at - s->region;
}

static void describe_pd(struct table_pd *out, const struct program *pd)
{
	strncpy(out->name, pd->name, sizeof out->name - 1);
	out->entry = pd->entry;
	out->stack_size = STACK_SIZE;
	out->segment_count = pd->count;
	for (size_t i = 0; i < pd->count; i++) {
		const struct segment *s = &pd->segments[i];

		out->segments[i] = (struct table_segment){s->paddr, s->vaddr, s->size, s->flags};
	}
}

static void write_table(struct system *s)
{
	s->table = need(calloc(1, s->table_size));
	s->table->magic = TABLE_MAGIC;
	s->table->version = TABLE_VERSION;
	s->table->pd_count = (uint32_t)s->pd_count;
	for (size_t i = 0; i < s->pd_count; i++)
		describe_pd(&s->table->pds[i], &s->pds[i]);
}

static void patch_programs(struct system *s)
{
	struct table_place place = {
		.region_paddr = s->region,
		.region_size = s->region_size,
		.table_paddr = s->table_paddr,
		.table_size = s->table_size,
		.table_vaddr = s->table_in_region ? 0 : s->table_paddr - s->pv_offset,
	};

	program_patch(&s->monitor, "table_place", &place, sizeof place);
	for (size_t i = 0; i < s->pd_count; i++)
		program_patch(&s->pds[i], "pd_name", s->pds[i].name, strlen(s->pds[i].name) + 1);
}

void system_lay_out(struct system *s)
{
	check_programs(s);
	lay_out_monitor(s);
	lay_out_table(s);
	lay_out_pds(s);
	write_table(s);
	patch_programs(s);
}
