/* An ELF file that has nothing but a symbol table. */
#ifndef RUNTEST_TESTS_IMAGE_SYMTAB_H
#define RUNTEST_TESTS_IMAGE_SYMTAB_H

#include <elf.h>
#include <string.h>

#include "util/buf.h"

struct symtab_symbol {
	const char *name;
	uint64_t address, size;
	int type; /* STT_* */
};

/* Appended to an empty buffer: the header, the symbols, their names, three section headers. */
static inline void symtab_bytes(struct buf *out, const struct symtab_symbol *symbols, size_t count)
{
	Elf64_Ehdr header = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT}, .e_type = ET_EXEC,
			     .e_machine = EM_AARCH64, .e_version = EV_CURRENT, .e_ehsize = sizeof header,
			     .e_shentsize = sizeof(Elf64_Shdr), .e_shnum = 3, .e_shstrndx = 2};
	Elf64_Shdr sections[3] = {{0}};
	Elf64_Sym none = {0};
	struct buf names = {0};

	sections[1] = (Elf64_Shdr){.sh_type = SHT_SYMTAB, .sh_offset = sizeof header, .sh_size = (count + 1) * sizeof none,
				   .sh_entsize = sizeof none, .sh_link = 2, .sh_info = 1, .sh_addralign = 8};
	buf_addc(&names, '\0');
	buf_add(out, &header, sizeof header);
	buf_add(out, &none, sizeof none);
	for (size_t i = 0; i < count; i++) {
		Elf64_Sym s = {.st_name = (Elf64_Word)names.len, .st_info = ELF64_ST_INFO(STB_GLOBAL, symbols[i].type), .st_shndx = 1,
			       .st_value = symbols[i].address, .st_size = symbols[i].size};

		buf_add(out, &s, sizeof s);
		buf_add(&names, symbols[i].name, strlen(symbols[i].name) + 1);
	}
	sections[2] = (Elf64_Shdr){.sh_type = SHT_STRTAB, .sh_offset = out->len, .sh_size = names.len, .sh_addralign = 1};
	buf_add(out, names.data, names.len);
	while (out->len % 8)
		buf_addc(out, '\0');
	header.e_shoff = out->len;
	buf_add(out, sections, sizeof sections);
	memcpy(out->data, &header, sizeof header);
	buf_finish(&names);
}

#endif
