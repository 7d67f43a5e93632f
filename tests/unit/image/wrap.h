/*
 * Boot images of other kinds made from a raw one: the wrappings that Microkit's tool has (docs/formats.md), and the newer
 * form of the loader's header. Shared by the unit tests and by tests/e2e/wrapimage.c.
 */
#ifndef TESTS_UNIT_IMAGE_WRAP_H
#define TESTS_UNIT_IMAGE_WRAP_H

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "util/buf.h"

#define WRAP_MAGIC UINT64_C(0x5e14dead14de5ead)

static inline void wrap_put(uint8_t *p, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static inline void wrap_put_big(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * (3 - i));
}

static inline uint64_t wrap_get(const uint8_t *p)
{
	uint64_t v = 0;

	for (int i = 7; i >= 0; i--)
		v = v << 8 | p[i];
	return v;
}

/* Where a raw image's header begins: the magic with the size that fits; n when there is none. */
static inline size_t wrap_header(const uint8_t *raw, size_t n)
{
	for (size_t at = 0; n >= 0x58 && at <= n - 0x58; at++)
		if (wrap_get(raw + at) == WRAP_MAGIC && wrap_get(raw + at + 8) == n - at)
			return at;
	return n;
}

/* One RWX PT_LOAD at the entry, and section headers behind it, as the tool writes them for U-Boot's bootelf. */
static inline void wrap_elf(struct buf *out, const uint8_t *raw, size_t n, uint64_t address, uint16_t machine)
{
	size_t data = sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr) + 2 * sizeof(Elf64_Shdr);
	Elf64_Ehdr h = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT}, .e_type = ET_EXEC,
			.e_machine = machine, .e_version = EV_CURRENT, .e_entry = address, .e_phoff = sizeof h,
			.e_shoff = sizeof h + sizeof(Elf64_Phdr), .e_ehsize = sizeof h, .e_phentsize = sizeof(Elf64_Phdr),
			.e_phnum = 1, .e_shentsize = sizeof(Elf64_Shdr), .e_shnum = 2};
	Elf64_Phdr p = {.p_type = PT_LOAD, .p_flags = PF_R | PF_W | PF_X, .p_offset = data, .p_vaddr = address,
			.p_paddr = address, .p_filesz = n, .p_memsz = n};
	Elf64_Shdr s[2] = {{0}, {.sh_type = SHT_PROGBITS, .sh_flags = SHF_ALLOC | SHF_WRITE | SHF_EXECINSTR, .sh_addr = address,
				 .sh_offset = data, .sh_size = n}};

	buf_add(out, &h, sizeof h);
	buf_add(out, &p, sizeof p);
	buf_add(out, s, sizeof s);
	buf_add(out, raw, n);
}

static inline void wrap_uimage(struct buf *out, const uint8_t *raw, size_t n, uint32_t address)
{
	uint8_t h[128] = {0}, *linux_header = h + 64;
	uLong crc;

	wrap_put(linux_header + 0x10, n, 8);
	wrap_put(linux_header + 0x20, 2, 4);
	wrap_put(linux_header + 0x30, UINT64_C(0x5643534952), 8);
	wrap_put(linux_header + 0x38, UINT32_C(0x05435352), 4);
	crc = crc32_z(crc32_z(0, linux_header, 64), raw, n);
	wrap_put_big(h, UINT32_C(0x27051956));
	wrap_put_big(h + 12, (uint32_t)n + 64);
	wrap_put_big(h + 16, address - 64);
	wrap_put_big(h + 20, address);
	wrap_put_big(h + 24, (uint32_t)crc);
	h[28] = 5;
	h[29] = 26;
	h[30] = 2;
	memcpy(h + 32, "test", 4);
	wrap_put_big(h + 4, (uint32_t)crc32_z(0, h, 64));
	buf_add(out, h, sizeof h);
	buf_add(out, raw, n);
}

/* The same loader and regions behind the header of Microkit 2.1.0 and later, which no loader of the older one reads. */
static inline void wrap_2_1(struct buf *out, const uint8_t *raw, size_t n)
{
	size_t at = wrap_header(raw, n);
	const uint8_t *old = raw + at;
	uint8_t h[0x40];

	wrap_put(h, WRAP_MAGIC, 8);
	wrap_put(h + 8, n - at - 0x58 + 0x40, 8);
	memcpy(h + 0x10, old + 0x18, 5 * 8); /* kernel_entry to v_entry */
	memcpy(h + 0x38, old + 0x50, 8);
	buf_add(out, raw, at);
	buf_add(out, h, sizeof h);
	buf_add(out, old + 0x58, n - at - 0x58);
}

/* ---- capDL ---- */

/* A region of an image that is being made. */
struct wrap_region {
	uint64_t paddr;
	struct buf bytes;
};

struct wrap_capdl {
	const uint8_t *loader; /* and its size */
	size_t loader_size;
	uint64_t kernel_entry, kernel_paddr;
	const uint8_t *kernel;
	size_t kernel_size;
	uint64_t base, vbase;  /* of the initialiser, physical and virtual */
	bool table;            /* as 2.3.0 has it: a table of program headers, which names the frames */
};

static inline void wrap_page_up(struct buf *b)
{
	while (b->len % 4096)
		buf_addc(b, 0);
}

/* The frames of an ELF's PT_LOADs: one for every page of a segment. */
static inline void wrap_frames(struct buf *frames, const uint8_t *elf)
{
	Elf64_Ehdr h;

	memcpy(&h, elf, sizeof h);
	for (int i = 0; i < h.e_phnum; i++) {
		Elf64_Phdr p;

		memcpy(&p, elf + h.e_phoff + (size_t)i * sizeof p, sizeof p);
		if (p.p_type != PT_LOAD)
			continue;
		for (uint64_t k = 0; k < p.p_vaddr % 4096; k++)
			buf_addc(frames, 0);
		buf_add(frames, elf + p.p_offset, p.p_filesz);
		for (uint64_t k = p.p_filesz; k < p.p_memsz; k++)
			buf_addc(frames, 0);
		wrap_page_up(frames);
	}
}

static inline void wrap_phdr(struct buf *table, uint32_t type, uint64_t vaddr, uint64_t size)
{
	Elf64_Phdr p = {.p_type = type, .p_flags = PF_R, .p_vaddr = vaddr, .p_paddr = vaddr, .p_filesz = size, .p_memsz = size};

	buf_add(table, &p, sizeof p);
}

/* A whole raw image: kernel, the initialiser's code, a spec of noise, the frames, and the table where it is wanted. */
static inline void wrap_capdl(struct buf *out, const struct wrap_capdl *c, const struct buf *frames)
{
	enum { CODE = 0x2345, SPEC = 0x1777 };
	struct wrap_region r[5] = {{c->kernel_paddr, {0}}, {c->base, {0}}, {c->base + 0x3000, {0}}, {c->base + 0x5000, {0}}, {0}};
	uint64_t frames_end = 0x5000 + (frames->len + 4095) / 4096 * 4096, data = 0, offset = 0, end;
	uint64_t size = c->table ? 6 * sizeof(Elf64_Phdr) : 0;
	size_t count = c->table ? 5 : 4;

	buf_add(&r[0].bytes, c->kernel, c->kernel_size);
	for (int i = 0; i < CODE; i++)
		buf_addc(&r[1].bytes, (char)(i * 7 + i / 251 + 1));
	for (int i = 0; i < SPEC; i++)
		buf_addc(&r[2].bytes, (char)(i * 11 + i / 241 + 3));
	buf_add(&r[3].bytes, frames->data, frames->len);
	r[4].paddr = c->base + frames_end;
	wrap_phdr(&r[4].bytes, PT_LOAD, c->vbase, CODE);
	wrap_phdr(&r[4].bytes, PT_LOAD, c->vbase + 0x3000, SPEC);
	wrap_phdr(&r[4].bytes, UINT32_C(0x64c34003), c->vbase + 0x3000, SPEC);
	wrap_phdr(&r[4].bytes, UINT32_C(0x64c34004), c->vbase + 0x5000, frames->len);
	wrap_phdr(&r[4].bytes, PT_PHDR, c->vbase + frames_end, size);
	wrap_phdr(&r[4].bytes, PT_LOAD, c->vbase + frames_end, size);
	end = (frames_end + size + 4095) / 4096 * 4096;
	for (size_t i = 0; i < count; i++)
		data += r[i].bytes.len;
	const uint64_t header[8] = {WRAP_MAGIC, 0x40 + 32 * count + data, c->kernel_entry, c->base, c->base + end,
				    c->base - c->vbase, c->vbase + 0x10, count};

	buf_add(out, c->loader, c->loader_size);
	buf_add(out, header, sizeof header);
	for (size_t i = 0; i < count; i++) {
		const uint64_t entry[4] = {r[i].paddr, r[i].bytes.len, offset, 1};

		buf_add(out, entry, sizeof entry);
		offset += r[i].bytes.len;
	}
	for (size_t i = 0; i < 5; i++) {
		if (i < count)
			buf_add(out, r[i].bytes.data, r[i].bytes.len);
		buf_finish(&r[i].bytes);
	}
}

#endif
