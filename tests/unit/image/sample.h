/* Images and ELFs made in memory: small, well-formed, and open to any damage that a test does to them. */
#ifndef TESTS_UNIT_IMAGE_SAMPLE_H
#define TESTS_UNIT_IMAGE_SAMPLE_H

#include <check.h>
#include <elf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image/bootimage.h"
#include "util/buf.h"
#include "util/file.h"

#define SAMPLE_MAGIC UINT64_C(0x5e14dead14de5ead)

static inline void put64(uint8_t *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static inline void add64(struct buf *b, uint64_t v)
{
	uint8_t bytes[8];

	put64(bytes, v);
	buf_add(b, bytes, sizeof bytes);
}

/* `n` bytes that look like nothing else: never zero, different for every seed. */
static inline void fill(uint8_t *p, size_t n, unsigned seed)
{
	uint32_t x = seed * 2654435761u + 1;

	for (size_t i = 0; i < n; i++) {
		x = x * 1664525u + 1013904223u;
		p[i] = (uint8_t)(1 + (x >> 24) % 255);
	}
}

struct sample_region {
	uint64_t paddr, size;
	unsigned seed; /* of its bytes; 0: all zero */
};

struct sample_image {
	size_t loader;                /* H */
	uint64_t ui_start, ui_end, pv_offset, v_entry, kernel_entry, extra_addr, extra_size;
	struct sample_region regions[12];
	size_t region_count;
	struct { size_t region; const uint8_t *bytes; } content[12]; /* instead of a seed */
	size_t content_count;
};

/* kernel, monitor, table, hello (rx, ro, rw), checksum (rx, rw). */
static inline struct sample_image sample_usual(void)
{
	return (struct sample_image){
		.loader = 0x1000,
		.ui_start = 0x60100000,
		.ui_end = 0x60104000,
		.pv_offset = 0x60100000 - UINT64_C(0x8a000000),
		.v_entry = 0x8a000010,
		.kernel_entry = UINT64_C(0x8060000000),
		.extra_addr = 0x60200000,
		.extra_size = 0x10000,
		.regions = {{0x60000000, 0x2345, 1}, {0x60100000, 0x3456, 2}, {0x60200000, 0x0777, 3},
			    {0x60201000, 0x1998, 4}, {0x60203998, 0x0200, 5}, {0x60204000, 0x1100, 6},
			    {0x60206000, 0x1234, 7}, {0x60208000, 0x0040, 0}},
		.region_count = 8,
	};
}

static inline const uint8_t *sample_content(const struct sample_image *s, size_t region)
{
	for (size_t i = 0; i < s->content_count; i++)
		if (s->content[i].region == region)
			return s->content[i].bytes;
	return NULL;
}

static inline void sample_image_bytes(const struct sample_image *s, struct buf *b)
{
	uint64_t data = 0, offset = 0;
	uint8_t *zero = calloc(1, s->loader + 1);

	for (size_t i = 0; i < s->region_count; i++)
		data += s->regions[i].size;
	buf_add(b, zero, s->loader);
	free(zero);
	add64(b, SAMPLE_MAGIC);
	add64(b, 0x58 + 32 * s->region_count + data);
	add64(b, 1);
	add64(b, s->kernel_entry);
	add64(b, s->ui_start);
	add64(b, s->ui_end);
	add64(b, s->pv_offset);
	add64(b, s->v_entry);
	add64(b, s->extra_addr);
	add64(b, s->extra_size);
	add64(b, s->region_count);
	for (size_t i = 0; i < s->region_count; i++) {
		add64(b, s->regions[i].paddr);
		add64(b, s->regions[i].size);
		add64(b, offset);
		add64(b, 1);
		offset += s->regions[i].size;
	}
	for (size_t i = 0; i < s->region_count; i++) {
		size_t n = s->regions[i].size;
		uint8_t *bytes = calloc(1, n + 1);

		if (sample_content(s, i))
			memcpy(bytes, sample_content(s, i), n);
		else if (s->regions[i].seed)
			fill(bytes, n, s->regions[i].seed);
		buf_add(b, bytes, n);
		free(bytes);
	}
}

struct sample_segment {
	uint64_t vaddr, paddr, memsz, filesz;
	uint32_t flags;
	unsigned seed;
};

struct sample_elf {
	uint64_t entry;
	struct sample_segment segments[6];
	size_t count;
	const char *build_id;   /* raw bytes, 20 of them; the note stands at the beginning of the first segment */
	bool note_by_section;   /* no PT_NOTE: only a section tells */
};

enum { SAMPLE_NOTE_SIZE = 12 + 4 + 20 };

static inline void sample_note(uint8_t *p, const char *build_id)
{
	Elf64_Nhdr h = {.n_namesz = 4, .n_descsz = 20, .n_type = NT_GNU_BUILD_ID};

	memcpy(p, &h, sizeof h);
	memcpy(p + 12, "GNU", 4);
	memcpy(p + 16, build_id, 20);
}

/* What segment i puts into memory: memsz bytes, malloc'd. */
static inline uint8_t *sample_segment_bytes(const struct sample_elf *s, size_t i)
{
	const struct sample_segment *g = &s->segments[i];
	uint8_t *bytes = calloc(1, g->memsz + 1);

	if (g->seed)
		fill(bytes, g->filesz, g->seed);
	if (i == 0 && s->build_id)
		sample_note(bytes, s->build_id);
	return bytes;
}

static inline void sample_elf_bytes(const struct sample_elf *s, struct buf *b)
{
	bool note = s->build_id && !s->note_by_section;
	size_t headers = s->count + note;
	uint64_t at = sizeof(Elf64_Ehdr) + headers * sizeof(Elf64_Phdr), first = at, end = at;
	Elf64_Shdr sections[2] = {{0}, {.sh_type = SHT_NOTE, .sh_offset = first, .sh_size = SAMPLE_NOTE_SIZE,
					.sh_addralign = 4, .sh_flags = SHF_ALLOC}};
	Elf64_Ehdr h = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
			.e_type = ET_EXEC, .e_machine = EM_AARCH64, .e_version = EV_CURRENT, .e_entry = s->entry,
			.e_phoff = sizeof h, .e_ehsize = sizeof h, .e_phentsize = sizeof(Elf64_Phdr),
			.e_phnum = (uint16_t)headers, .e_shentsize = sizeof(Elf64_Shdr),
			.e_shnum = s->build_id ? 2 : 1};

	for (size_t i = 0; i < s->count; i++)
		end += s->segments[i].filesz;
	h.e_shoff = end;
	buf_add(b, &h, sizeof h);
	for (size_t i = 0; i < s->count; i++) {
		const struct sample_segment *g = &s->segments[i];
		Elf64_Phdr p = {.p_type = PT_LOAD, .p_flags = g->flags, .p_offset = at, .p_vaddr = g->vaddr,
				.p_paddr = g->paddr, .p_filesz = g->filesz, .p_memsz = g->memsz, .p_align = 0x1000};

		buf_add(b, &p, sizeof p);
		at += g->filesz;
	}
	if (note) {
		Elf64_Phdr p = {.p_type = PT_NOTE, .p_flags = PF_R, .p_offset = first, .p_vaddr = s->segments[0].vaddr,
				.p_filesz = SAMPLE_NOTE_SIZE, .p_memsz = SAMPLE_NOTE_SIZE, .p_align = 4};

		buf_add(b, &p, sizeof p);
	}
	for (size_t i = 0; i < s->count; i++) {
		uint8_t *bytes = sample_segment_bytes(s, i);

		buf_add(b, bytes, s->segments[i].filesz);
		free(bytes);
	}
	buf_add(b, sections, h.e_shnum * sizeof sections[0]);
}

/* A folder of one's own for files, removed by sample_rmdir(). */
static inline char *sample_mkdir(void)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = NULL;

	ck_assert_int_gt(asprintf(&dir, "%s/runtest-image-XXXXXX", tmp ? tmp : "/tmp"), 0);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	return dir;
}

static inline void sample_rmdir(char *dir)
{
	struct err e;

	ck_assert_int_eq(file_remove_tree(dir, &e), 0);
	free(dir);
}

/* DIR/NAME with these bytes; the path is malloc'd. */
static inline char *sample_file(const char *dir, const char *name, const void *bytes, size_t n)
{
	struct err e;
	char *path = NULL;

	ck_assert_int_gt(asprintf(&path, "%s/%s", dir, name), 0);
	ck_assert_int_eq(file_write_atomic(path, bytes, n, false, &e), 0);
	return path;
}

#endif
