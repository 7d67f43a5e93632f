#include "report.h"

#include "../elf/output.h"

static void print_region(FILE *f, const char *what, const char *pd, size_t segment, uint64_t paddr, uint64_t size)
{
	fprintf(f, "<Region name=%s %s-%zu addr=0x%llx size=%llu>\n", what, pd, segment, (unsigned long long)paddr,
		(unsigned long long)size);
}

/* Every segment of every PD in one of its places. */
static void print_segments(FILE *f, const char *what, const struct table_pd *pd, const struct table_extent *place)
{
	for (uint64_t j = 0; j < pd->segment_count; j++)
		print_region(f, what, pd->name, j, place->paddr + pd->segments[j].offset, pd->segments[j].size);
}

static void print_runtime(FILE *f, const struct table_pd *pd)
{
	if (pd->runs.paddr != pd->waits.paddr)
		print_segments(f, "PD-RUN", pd, &pd->runs);
	if (pd->pristine.size && pd->pristine.paddr != pd->waits.paddr)
		print_segments(f, "PD-PRISTINE", pd, &pd->pristine);
}

void report_write(const struct system *s, const char *path)
{
	FILE *f = output_start(path);

	fprintf(f, "# Loader Regions\n");
	for (size_t i = 0; i < s->pd_count; i++)
		print_segments(f, "PD-ELF", &s->table.pds[i], &s->table.pds[i].waits);
	fprintf(f, "# Runtime Regions\n");
	for (size_t i = 0; i < s->pd_count; i++)
		print_runtime(f, &s->table.pds[i]);
	fprintf(f, "# Update Slots\n");
	for (size_t i = 0; s->slots && i < s->pd_count; i++) {
		const struct table_pd *pd = &s->table.pds[i];

		for (size_t k = 0; k < TABLE_SLOTS; k++)
			print_region(f, "PD-SLOT", pd->name, k, pd->slots[k].paddr, pd->slots[k].size);
	}
	fprintf(f, "# Reserved Memory\n");
	for (size_t i = 0; i < s->reserved_count; i++)
		print_region(f, "RESERVED", "memory", i, s->reserved[i].paddr, s->reserved[i].size);
	output_finish(f, path);
}
