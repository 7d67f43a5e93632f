/* Boot images of which nothing but the file is known. */
#include "fuzz.h"
#include "image/block.h"
#include "image/wrap.h"
#include "scratch.h"
#include "sealing.h"

const unsigned fuzz_cost = 4;

/* All that the image promises is read, and every question about its memory answered. */
static void use(const struct boot_image *img)
{
	static const struct memory_piece ram = {0x60000000, 0x20000000}, offered = {0x70000000, 0x8000000};
	uint64_t place;

	for (size_t i = 0; i < img->region_count; i++) {
		const struct region *r = &img->regions[i];

		if (!r->name || r->size == 0 || r->paddr + r->size - 1 < r->paddr)
			abort();
		region_crc32(r);
		if (r->pd)
			boot_image_place(img, r->pd, r->role, &place);
	}
	block_answer(img, ram, &offered, 1, ram.size / 2);
}

static void open_image(const uint8_t *bytes, size_t n)
{
	struct boot_image img;
	struct err e = {0};

	if (boot_image_open(&img, scratch_file("loader.img", bytes, n), NULL, &e) == 0) {
		use(&img);
		boot_image_close(&img);
	} else if ((e.kind != ERR_IMAGE && e.kind != ERR_USAGE) || !e.what[0] || !e.where[0]) {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	uint8_t *whole = sealed_image(bytes, n);

	open_image(bytes, n);
	open_image(whole, n);
	free(whole);
	return 0;
}

/* An image with a table as long as the file, of regions of one byte each. */
static void add_much(void (*add)(const void *bytes, size_t n), uint64_t regions, uint64_t size)
{
	size_t n = 0x58 + regions * (32 + size);
	uint8_t *all = calloc(1, n);
	struct sample_image s = sample_small();
	struct buf b = {0};

	s.loader = 0;
	sample_image_bytes(&s, &b);
	memcpy(all, b.data, 0x58);
	put64(all + 8, n);
	put64(all + 0x50, regions);
	for (uint64_t i = 0; i < regions; i++) {
		put64(all + 0x58 + 32 * i, 0x60100000 + 2 * (regions - i));
		put64(all + 0x58 + 32 * i + 8, size);
		put64(all + 0x58 + 32 * i + 24, 1);
	}
	add(all, n);
	free(all);
	buf_finish(&b);
}

/* The same image as other kinds wrap it up, and with the newer header. */
static void add_kinds(void (*add)(const void *bytes, size_t n), const struct buf *raw)
{
	const uint8_t *bytes = (const uint8_t *)raw->data;
	struct buf b = {0};

	wrap_elf(&b, bytes, raw->len, 0x70000000, EM_AARCH64);
	add(b.data, b.len);
	buf_clear(&b);
	wrap_uimage(&b, bytes, raw->len, 0x80200000);
	add(b.data, b.len);
	buf_clear(&b);
	wrap_2_1(&b, bytes, raw->len);
	add(b.data, b.len);
	buf_finish(&b);
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	struct sample_image s = sample_small();
	struct buf b = {0};

	sample_image_bytes(&s, &b);
	add(b.data, b.len);
	add_kinds(add, &b);
	put64((uint8_t *)b.data + 4, SAMPLE_MAGIC); /* in the loader's code */
	add(b.data, b.len);
	buf_clear(&b);
	s.extra_size = 0;
	s.regions[2].size = 0;
	sample_image_bytes(&s, &b);
	add(b.data, b.len);
	add("\x7f" "ELF", 4);
	add_much(add, 1000000, 1);
	add_much(add, 4096, 1);
	add_much(add, 4096, 2);
	/* the magic over and over, and a header behind every eighth byte */
	buf_clear(&b);
	for (size_t i = 0; i < 200000; i++)
		add64(&b, SAMPLE_MAGIC);
	add(b.data, b.len);
	buf_finish(&b);
}
