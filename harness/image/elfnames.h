/* Names for a stretch of memory: the functions and objects of an ELF file that lie in it. The file may be hostile. */
#ifndef RUNTEST_IMAGE_ELFNAMES_H
#define RUNTEST_IMAGE_ELFNAMES_H

#include <stddef.h>
#include <stdint.h>

#include "util/mem.h"

enum { ELF_NAMES_MOST = 8, ELF_NAME_BYTES = 120 };

struct elf_names {
	const char *names[ELF_NAMES_MOST]; /* those of the lowest addresses, from the arena; long ones are cut */
	uint64_t addresses[ELF_NAMES_MOST];
	size_t count, total; /* how many there are above (of several at one address one), and in the stretch */
};

/* Of the symbol table (64-bit little endian); [start, end) are virtual addresses. None where there is no such table. */
void elf_names_in(struct elf_names *found, struct arena *a, const uint8_t *bytes, size_t n, uint64_t start, uint64_t end);

#endif
