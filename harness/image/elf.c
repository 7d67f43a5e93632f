#include "image/elf.h"

#include <gelf.h>
#include <inttypes.h>
#include <libelf.h>
#include <stdbool.h>
#include <string.h>

#define X "0x%" PRIx64

enum { MAX_BUILD_ID = 64 }; /* bytes; a SHA-1 has 20 */

/* What the file is while it is read. */
struct reading {
	Elf *elf;
	GElf_Ehdr header;
	const uint8_t *bytes;
	size_t size;
};

static bool inside(const struct reading *r, uint64_t offset, uint64_t size)
{
	return offset <= r->size && size <= r->size - offset;
}

static int check_identity(const uint8_t *bytes, size_t n, struct err *e)
{
	if (n < EI_NIDENT || memcmp(bytes, ELFMAG, SELFMAG) != 0)
		return err_set(e, ERR_IMAGE, "no ELF file: it does not begin with \\x7fELF and 12 bytes more");
	if (bytes[EI_CLASS] != ELFCLASS64 || bytes[EI_DATA] != ELFDATA2LSB)
		return err_set(e, ERR_IMAGE, "ELF class %d, data encoding %d; expected 64-bit (2), little endian (1)",
			       bytes[EI_CLASS], bytes[EI_DATA]);
	if (n < sizeof(Elf64_Ehdr))
		return err_set(e, ERR_IMAGE, "cut short: the ELF header needs %zu bytes, the file has %zu",
			       sizeof(Elf64_Ehdr), n);
	return 0;
}

/* libelf forgives a table that is cut; a truncated file must not pass for a whole one. */
static int check_tables(const struct reading *r, struct err *e)
{
	const GElf_Ehdr *h = &r->header;

	if (h->e_phnum == 0 || h->e_phnum == PN_XNUM || h->e_phentsize != sizeof(Elf64_Phdr))
		return err_set(e, ERR_IMAGE, "%u program headers of %u bytes; expected 1 to %d of %zu", h->e_phnum,
			       h->e_phentsize, PN_XNUM - 1, sizeof(Elf64_Phdr));
	if (!inside(r, h->e_phoff, (uint64_t)h->e_phnum * h->e_phentsize))
		return err_set(e, ERR_IMAGE,
			       "the %u program headers at offset " X " run past the file's end (%zu bytes)", h->e_phnum,
			       (uint64_t)h->e_phoff, r->size);
	if (h->e_shoff && !inside(r, h->e_shoff, (uint64_t)h->e_shnum * h->e_shentsize))
		return err_set(e, ERR_IMAGE,
			       "the %u section headers at offset " X " run past the file's end (%zu bytes)", h->e_shnum,
			       (uint64_t)h->e_shoff, r->size);
	return 0;
}

static int read_segment(const struct reading *r, struct elf_segment *s, const GElf_Phdr *p, struct err *e)
{
	if (!inside(r, p->p_offset, p->p_filesz))
		return err_set(e, ERR_IMAGE,
			       "PT_LOAD %d: offset " X " + file size " X " runs past the file's end (%zu bytes)",
			       s->index, (uint64_t)p->p_offset, (uint64_t)p->p_filesz, r->size);
	if (p->p_filesz > p->p_memsz)
		return err_set(e, ERR_IMAGE, "PT_LOAD %d: file size " X " is more than memory size " X, s->index,
			       (uint64_t)p->p_filesz, (uint64_t)p->p_memsz);
	if (p->p_memsz > UINT64_MAX - p->p_vaddr || p->p_memsz > UINT64_MAX - p->p_paddr)
		return err_set(e, ERR_IMAGE,
			       "PT_LOAD %d: memory size " X " overflows from address " X " (physical " X ")", s->index,
			       (uint64_t)p->p_memsz, (uint64_t)p->p_vaddr, (uint64_t)p->p_paddr);
	s->vaddr = p->p_vaddr;
	s->paddr = p->p_paddr;
	s->filesz = p->p_filesz;
	s->memsz = p->p_memsz;
	s->flags = p->p_flags;
	s->bytes = r->bytes + p->p_offset;
	return 0;
}

static int read_segments(const struct reading *r, struct elf_file *f, struct arena *a, struct err *e)
{
	int loads = 0;

	f->segments = arena_alloc(a, r->header.e_phnum * sizeof(*f->segments));
	for (int i = 0; i < r->header.e_phnum; i++) {
		GElf_Phdr p;

		if (!gelf_getphdr(r->elf, i, &p))
			return err_set(e, ERR_IMAGE, "program header %d cannot be read: %s", i, elf_errmsg(-1));
		if (p.p_type != PT_LOAD)
			continue;
		f->segments[f->segment_count].index = loads++;
		if (read_segment(r, &f->segments[f->segment_count], &p, e) < 0)
			return -1;
		f->segment_count += p.p_memsz != 0;
	}
	return f->segment_count ? 0 : err_set(e, ERR_IMAGE, "no PT_LOAD segment with any memory");
}

/* The first NT_GNU_BUILD_ID among the notes in a stretch of the file. */
static void find_build_id(const struct reading *r, struct elf_file *f, uint64_t offset, uint64_t size, uint64_t align)
{
	Elf_Type type = align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR;
	size_t at = 0, name, desc;
	GElf_Nhdr note;
	Elf_Data *data;

	if (f->build_id || !size || !inside(r, offset, size))
		return;
	data = elf_getdata_rawchunk(r->elf, (int64_t)offset, size, type);
	while (data && (at = gelf_getnote(data, at, &note, &name, &desc)) > 0) {
		if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != sizeof ELF_NOTE_GNU || !note.n_descsz ||
		    note.n_descsz > MAX_BUILD_ID || desc > size || note.n_descsz > size - desc ||
		    memcmp(r->bytes + offset + name, ELF_NOTE_GNU, sizeof ELF_NOTE_GNU) != 0)
			continue;
		f->build_id = r->bytes + offset + desc;
		f->build_id_size = note.n_descsz;
		return;
	}
}

/* A linker script without a PT_NOTE still leaves the note in a section. */
static void read_build_id(const struct reading *r, struct elf_file *f)
{
	Elf_Scn *section = NULL;
	GElf_Shdr s;
	GElf_Phdr p;

	for (int i = 0; i < r->header.e_phnum; i++)
		if (gelf_getphdr(r->elf, i, &p) && p.p_type == PT_NOTE)
			find_build_id(r, f, p.p_offset, p.p_filesz, p.p_align);
	while (!f->build_id && (section = elf_nextscn(r->elf, section)))
		if (gelf_getshdr(section, &s) && s.sh_type == SHT_NOTE)
			find_build_id(r, f, s.sh_offset, s.sh_size, s.sh_addralign);
}

int elf_parse(struct elf_file *f, struct arena *a, const uint8_t *bytes, size_t n, struct err *e)
{
	struct reading r = {.bytes = bytes, .size = n};
	int rc = -1;

	memset(f, 0, sizeof *f);
	if (check_identity(bytes, n, e) < 0)
		return -1;
	elf_version(EV_CURRENT);
	r.elf = elf_memory((char *)bytes, n); /* only read: it is opened for reading */
	if (!r.elf || !gelf_getehdr(r.elf, &r.header)) {
		err_set(e, ERR_IMAGE, "the ELF header cannot be read: %s", elf_errmsg(-1));
	} else if (check_tables(&r, e) == 0 && read_segments(&r, f, a, e) == 0) {
		f->entry = r.header.e_entry;
		f->machine = r.header.e_machine;
		read_build_id(&r, f);
		rc = 0;
	}
	elf_end(r.elf);
	return rc;
}

uint64_t elf_segment_difference(const struct elf_segment *s, const uint8_t *image)
{
	uint64_t different = 0;

	if (s->filesz && memcmp(s->bytes, image, s->filesz) != 0)
		for (uint64_t i = 0; i < s->filesz; i++)
			different += s->bytes[i] != image[i];
	for (uint64_t i = s->filesz; i < s->memsz; i++)
		different += image[i] != 0;
	return different;
}
