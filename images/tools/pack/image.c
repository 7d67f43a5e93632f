#include "image.h"

#include "../common.h"
#include "abi/image.h"

#define MAX_REGIONS ((TABLE_MAX_PDS + 2) * PROGRAM_MAX_SEGMENTS + 1)

struct image {
	struct image_region regions[MAX_REGIONS];
	const void *bytes[MAX_REGIONS];
	size_t count;
	uint64_t data_size;
};

/* Regions begin at multiples of eight bytes so that the loader can copy words. */
static void add_region(struct image *image, uint64_t paddr, const void *bytes, uint64_t size)
{
	image->regions[image->count] = (struct image_region){paddr, size, image->data_size, IMAGE_REGION_DATA};
	image->bytes[image->count++] = bytes;
	image->data_size += (size + 7) & ~7ULL;
}

static void add_program(struct image *image, const struct program *p)
{
	for (size_t i = 0; i < p->count; i++)
		add_region(image, p->segments[i].paddr, p->segments[i].bytes, p->segments[i].size);
}

static void collect(struct image *image, const struct system *s)
{
	add_program(image, &s->kernel);
	add_program(image, &s->monitor);
	add_region(image, s->table_paddr, s->table, s->table_size);
	for (size_t i = 0; i < s->pd_count; i++)
		add_program(image, &s->pds[i]);
}

static struct image_header header_of(const struct system *s, const struct image *image)
{
	return (struct image_header){
		.magic = IMAGE_MAGIC,
		.size = sizeof(struct image_header) + image->count * sizeof(struct image_region) + image->data_size,
		.flags = s->hypervisor ? IMAGE_FLAG_HYPERVISOR : 0,
		.kernel_entry = s->kernel.entry,
		.ui_p_reg_start = s->ui_start,
		.ui_p_reg_end = s->ui_end,
		.pv_offset = s->pv_offset,
		.v_entry = s->monitor.entry,
		.extra_device_addr_p = s->region,
		.extra_device_size = s->region_size,
		.num_regions = image->count,
	};
}

static void finish(FILE *f, const char *path)
{
	int bad = ferror(f);

	if (fclose(f) || bad)
		die("pack: %s cannot be written", path);
}

static FILE *start(const char *path)
{
	FILE *f = fopen(path, "wb");

	if (!f)
		die("pack: %s cannot be created", path);
	return f;
}

void image_write(const struct system *s, const char *path)
{
	struct image image = {.count = 0};
	struct image_header header;
	FILE *f = start(path);

	collect(&image, s);
	header = header_of(s, &image);
	fwrite(s->loader.segments[0].bytes, 1, s->loader.segments[0].size, f);
	fwrite(&header, sizeof header, 1, f);
	fwrite(image.regions, sizeof image.regions[0], image.count, f);
	for (size_t i = 0; i < image.count; i++) {
		uint64_t size = image.regions[i].size;

		fwrite(image.bytes[i], 1, size, f);
		fwrite("\0\0\0\0\0\0\0", 1, -size & 7, f);
	}
	finish(f, path);
}

void report_write(const struct system *s, const char *path)
{
	FILE *f = start(path);

	fprintf(f, "# Loader Regions\n");
	for (size_t i = 0; i < s->pd_count; i++) {
		for (size_t j = 0; j < s->pds[i].count; j++) {
			const struct segment *g = &s->pds[i].segments[j];

			fprintf(f, "<Region name=PD-ELF %s-%zu addr=0x%llx size=%llu>\n", s->pds[i].name, j,
				(unsigned long long)g->paddr, (unsigned long long)g->size);
		}
	}
	finish(f, path);
}
