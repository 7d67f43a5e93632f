#include "image/elfnames.h"

#include <gelf.h>
#include <libelf.h>
#include <stdbool.h>
#include <string.h>

struct hunt {
	struct elf_names *found;
	struct arena *arena;
	uint64_t start, end;
};

static bool is_wanted(const struct hunt *h, const GElf_Sym *s)
{
	int type = GELF_ST_TYPE(s->st_info);
	uint64_t size = s->st_size ? s->st_size : 1;

	if (type != STT_FUNC && type != STT_OBJECT)
		return false;
	return s->st_shndx != SHN_UNDEF && s->st_value < h->end && size > 0 && s->st_value <= UINT64_MAX - size &&
	       s->st_value + size > h->start;
}

/* Into its place by address; the highest falls out of a full list. */
static void insert(struct elf_names *f, const char *name, uint64_t address)
{
	size_t at = f->count;

	while (at && f->addresses[at - 1] > address)
		at--;
	if (at == ELF_NAMES_MOST)
		return;
	f->count += f->count < ELF_NAMES_MOST;
	memmove(&f->names[at + 1], &f->names[at], (f->count - at - 1) * sizeof f->names[0]);
	memmove(&f->addresses[at + 1], &f->addresses[at], (f->count - at - 1) * sizeof f->addresses[0]);
	f->names[at] = name;
	f->addresses[at] = address;
}

static bool is_known(const struct elf_names *f, uint64_t address)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->addresses[i] == address)
			return true;
	return false;
}

static void read_table(const struct hunt *h, Elf *elf, Elf_Scn *section, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t entries = data && header->sh_entsize == sizeof(Elf64_Sym) ? data->d_size / sizeof(Elf64_Sym) : 0;

	for (size_t i = 1; i < entries && i <= INT32_MAX; i++) {
		const char *name;
		GElf_Sym s;

		if (!gelf_getsym(data, (int)i, &s) || !is_wanted(h, &s) || is_known(h->found, s.st_value))
			continue;
		name = elf_strptr(elf, header->sh_link, s.st_name);
		if (!name || !*name)
			continue;
		h->found->total++;
		if (h->found->count < ELF_NAMES_MOST || s.st_value < h->found->addresses[ELF_NAMES_MOST - 1])
			insert(h->found, arena_strndup(h->arena, name, strnlen(name, ELF_NAME_BYTES)), s.st_value);
	}
}

void elf_names_in(struct elf_names *found, struct arena *a, const uint8_t *bytes, size_t n, uint64_t start, uint64_t end)
{
	struct hunt h = {found, a, start, end};
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	Elf *elf;

	memset(found, 0, sizeof *found);
	if (n < sizeof(Elf64_Ehdr) || memcmp(bytes, ELFMAG, SELFMAG) != 0 || bytes[EI_CLASS] != ELFCLASS64 ||
	    bytes[EI_DATA] != ELFDATA2LSB)
		return;
	elf_version(EV_CURRENT);
	elf = elf_memory((char *)bytes, n); /* only read: it is opened for reading */
	while (elf && (section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB && header.sh_offset <= n &&
		    header.sh_size <= n - header.sh_offset)
			read_table(&h, elf, section, &header);
	elf_end(elf);
}
