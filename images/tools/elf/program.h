/* An ELF file that goes into the image: its PT_LOADs at their memory size, and its symbols. The owner of libelf. */
#ifndef ELF_PROGRAM_H
#define ELF_PROGRAM_H

#include <gelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROGRAM_MAX_SEGMENTS 6

struct segment {
	uint64_t vaddr, paddr;
	uint64_t size;  /* bytes in memory */
	uint64_t file_size; /* so many of them are from the file */
	uint64_t flags; /* PF_X, PF_W, PF_R */
	uint8_t *bytes; /* `size` of them, bss as zeros */
};

struct program {
	const char *name, *path;
	int fd;
	Elf *elf;
	uint64_t entry;
	struct segment segments[PROGRAM_MAX_SEGMENTS];
	size_t count;
};

/* Ends the tool with a message when the file is not what it should be. */
void program_open(struct program *p, const char *name, const char *path);
void program_close(struct program *p);

/* The address of a symbol; false when the program has none of this name. */
bool program_symbol(const struct program *p, const char *name, uint64_t *vaddr);

/* The segment's bytes at this address; `size` of them are there. */
uint8_t *program_bytes(struct program *p, uint64_t vaddr, uint64_t size);

/* Overwrite the first `size` bytes of the object that a symbol names, in the segment's bytes (not in the file). */
void program_patch(struct program *p, const char *symbol, const void *data, size_t size);

#endif
