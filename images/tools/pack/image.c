#include "image.h"

#include <string.h>

#include "../common.h"
#include "../elf/output.h"
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

static void put(uint8_t *area, uint64_t base, uint64_t paddr, const void *bytes, uint64_t size)
{
	memcpy(area + (paddr - base), bytes, size);
}

static void put_program(uint8_t *area, uint64_t base, const struct program *p)
{
	for (size_t i = 0; i < p->count; i++)
		put(area, base, p->segments[i].paddr, p->segments[i].bytes, p->segments[i].size);
}

/* The images with what else begins at `base`: their bytes as memory is to hold them. The caller frees. */
static uint8_t *area_of(const struct system *s, uint64_t base)
{
	uint8_t *area = need(calloc(1, s->images_end - base));

	for (size_t i = 0; i < s->pd_count; i++)
		put_program(area, base, &s->pds[i]);
	return area;
}

static uint8_t *initial_task_with_images(const struct system *s)
{
	uint8_t *area = area_of(s, s->layout.own.paddr);

	put_program(area, s->layout.own.paddr, &s->monitor);
	put(area, s->layout.own.paddr, s->layout.table.paddr, &s->table, s->table_size);
	return area;
}

/* `whole` is the initial task with the images, where they are one region. */
static void collect(struct image *image, const struct system *s, const uint8_t *whole)
{
	add_program(image, &s->kernel);
	if (whole) {
		add_region(image, s->layout.own.paddr, whole, s->images_end - s->layout.own.paddr);
		return;
	}
	add_program(image, &s->monitor);
	add_region(image, s->layout.table.paddr, &s->table, s->table_size);
	for (size_t i = 0; i < s->pd_count && s->placement != DT_RESERVED; i++)
		add_program(image, &s->pds[i]);
}

static struct image_header header_of(const struct system *s, const struct image *image)
{
	struct table_extent extra = s->placement == DEVICE_REGION ? s->layout.region : (struct table_extent){0, 0};

	return (struct image_header){
		.magic = IMAGE_MAGIC,
		.size = sizeof(struct image_header) + image->count * sizeof(struct image_region) + image->data_size,
		.flags = s->hypervisor ? IMAGE_FLAG_HYPERVISOR : 0,
		.kernel_entry = s->kernel.entry,
		.ui_p_reg_start = s->layout.own.paddr,
		.ui_p_reg_end = s->layout.own.paddr + s->layout.own.size,
		.pv_offset = s->pv_offset,
		.v_entry = s->monitor.entry,
		.extra_device_addr_p = extra.paddr,
		.extra_device_size = extra.size,
		.num_regions = image->count,
	};
}

static void write_regions(FILE *f, const struct image *image)
{
	for (size_t i = 0; i < image->count; i++) {
		uint64_t size = image->regions[i].size;

		fwrite(image->bytes[i], 1, size, f);
		fwrite("\0\0\0\0\0\0\0", 1, -size & 7, f);
	}
}

void image_write(const struct system *s, const char *path)
{
	const struct segment *loader = &s->loader.segments[0];
	uint8_t *whole = system_is_one_region(s) ? initial_task_with_images(s) : NULL;
	struct image image = {.count = 0};
	struct image_header header;
	FILE *f = output_start(path);

	collect(&image, s, whole);
	header = header_of(s, &image);
	fwrite(loader->bytes, 1, loader->size, f);
	fwrite(&header, sizeof header, 1, f);
	fwrite(image.regions, sizeof image.regions[0], image.count, f);
	write_regions(f, &image);
	output_finish(f, path);
	free(whole);
}

void payload_write(const struct system *s, const char *path)
{
	uint64_t base = s->layout.region.paddr;
	uint8_t *area = area_of(s, base);
	FILE *f = output_start(path);

	fwrite(area, 1, s->images_end - base, f);
	output_finish(f, path);
	free(area);
}
