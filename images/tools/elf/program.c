#include "program.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "../common.h"

static void add_segment(struct program *p, const GElf_Phdr *ph, const char *file, size_t file_size)
{
	struct segment *s = &p->segments[p->count];

	if (p->count == PROGRAM_MAX_SEGMENTS)
		die("%s: more than %d PT_LOAD segments", p->path, PROGRAM_MAX_SEGMENTS);
	if (ph->p_filesz > ph->p_memsz || ph->p_offset > file_size || ph->p_filesz > file_size - ph->p_offset)
		die("%s: a PT_LOAD segment reaches beyond the file", p->path);
	*s = (struct segment){
		.vaddr = ph->p_vaddr,
		.paddr = ph->p_paddr,
		.size = ph->p_memsz,
		.file_size = ph->p_filesz,
		.flags = ph->p_flags,
		.bytes = need(calloc(1, ph->p_memsz)),
	};
	memcpy(s->bytes, file + ph->p_offset, ph->p_filesz);
	p->count++;
}

void program_open(struct program *p, const char *name, const char *path)
{
	size_t file_size = 0, headers = 0;
	GElf_Ehdr eh;
	const char *file;

	*p = (struct program){.name = name, .path = path, .fd = open(path, O_RDONLY | O_CLOEXEC)};
	elf_version(EV_CURRENT);
	p->elf = p->fd < 0 ? NULL : elf_begin(p->fd, ELF_C_READ, NULL);
	if (!p->elf || !gelf_getehdr(p->elf, &eh) || elf_getphdrnum(p->elf, &headers))
		die("%s cannot be read as an ELF file", path);
	file = elf_rawfile(p->elf, &file_size);
	p->entry = eh.e_entry;
	for (size_t i = 0; i < headers; i++) {
		GElf_Phdr ph;

		if (gelf_getphdr(p->elf, (int)i, &ph) && ph.p_type == PT_LOAD && ph.p_memsz)
			add_segment(p, &ph, file, file_size);
	}
	if (!p->count)
		die("%s has no PT_LOAD segment", path);
}

void program_close(struct program *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->segments[i].bytes);
	elf_end(p->elf);
	close(p->fd);
}

static Elf_Data *symbol_table(const struct program *p, GElf_Shdr *header)
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(p->elf, section))) {
		if (gelf_getshdr(section, header) && header->sh_type == SHT_SYMTAB)
			return elf_getdata(section, NULL);
	}
	die("%s has no symbol table", p->path);
}

static bool find_symbol(const struct program *p, const char *name, GElf_Sym *sym)
{
	GElf_Shdr header;
	Elf_Data *table = symbol_table(p, &header);

	for (size_t i = 0; i < header.sh_size / header.sh_entsize; i++) {
		const char *s = gelf_getsym(table, (int)i, sym) ? elf_strptr(p->elf, header.sh_link, sym->st_name) : NULL;

		if (s && strcmp(s, name) == 0)
			return true;
	}
	return false;
}

bool program_symbol(const struct program *p, const char *name, uint64_t *vaddr)
{
	GElf_Sym sym;

	if (!find_symbol(p, name, &sym))
		return false;
	*vaddr = sym.st_value;
	return true;
}

uint8_t *program_bytes(struct program *p, uint64_t vaddr, uint64_t size)
{
	for (size_t i = 0; i < p->count; i++) {
		struct segment *s = &p->segments[i];

		if (vaddr >= s->vaddr && size <= s->size && vaddr - s->vaddr <= s->size - size)
			return s->bytes + (vaddr - s->vaddr);
	}
	die("%s: 0x%llx, %llu bytes, lies in no segment", p->path, (unsigned long long)vaddr,
	    (unsigned long long)size);
}

void program_patch(struct program *p, const char *symbol, const void *data, size_t size)
{
	GElf_Sym sym;

	if (!find_symbol(p, symbol, &sym))
		die("%s has no symbol %s", p->path, symbol);
	if (size > sym.st_size)
		die("%s: symbol %s has %llu bytes, %zu are needed", p->path, symbol,
		    (unsigned long long)sym.st_size, size);
	memcpy(program_bytes(p, sym.st_value, size), data, size);
}
