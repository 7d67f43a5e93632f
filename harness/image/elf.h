/*
 * The little that is wanted of an ELF: what its PT_LOADs look like in memory, and its GNU build id. Owner of libelf.
 * 64-bit little endian only. The file may be damaged or hostile.
 */
#ifndef RUNTEST_IMAGE_ELF_H
#define RUNTEST_IMAGE_ELF_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"
#include "util/mem.h"

struct elf_segment {
	int index;              /* among the PT_LOADs, from 0: empty ones count, but are left out of the list */
	uint64_t vaddr, paddr;
	uint64_t filesz, memsz; /* bytes; memsz is never 0 */
	uint32_t flags;         /* PF_R | PF_W | PF_X of <elf.h> */
	const uint8_t *bytes;   /* filesz bytes inside the file */
};

struct elf_file {
	uint64_t entry;               /* virtual */
	uint16_t machine;             /* EM_* of <elf.h> */
	struct elf_segment *segments; /* in program header order; at least one */
	size_t segment_count;
	const uint8_t *build_id;      /* inside the file, or NULL */
	size_t build_id_size;
};

/*
 * Read n bytes of a file. Arrays come from `a`, pointers go into `bytes`, which must stay. -1 with ERR_IMAGE: which
 * check failed, with the values; `where` is left for the caller, who knows the path.
 */
int elf_parse(struct elf_file *f, struct arena *a, const uint8_t *bytes, size_t n, struct err *e);

/* In how many bytes `image` (memsz bytes) differs from what the ELF alone puts into memory there. */
uint64_t elf_segment_difference(const struct elf_segment *s, const uint8_t *image);

#endif
