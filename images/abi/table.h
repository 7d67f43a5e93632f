/*
 * The invocation table: what the packer tells the initial task about the protection domains (PDs) in the image. It waits
 * in memory beside their images, or inside the initial task's own region (abi/layout.h says where). Nothing in it says
 * that it is sound: the initial task acts on what it finds, as Microkit's does.
 *
 * A PD's image is in up to three places, each with the same bytes at the same offsets: where it waits, where it runs and
 * where a restart copies it from. In place: it runs where it waits.
 */
#ifndef ABI_TABLE_H
#define ABI_TABLE_H

#include <stdint.h>

#define TABLE_NAME_SIZE 32
#define TABLE_MAX_SEGMENTS 6
#define TABLE_MAX_PDS 16
#define TABLE_SLOTS 2 /* for updates; abi/update.h */

enum {
	TABLE_EXECUTE = 1, /* as PF_X, PF_W and PF_R of ELF */
	TABLE_WRITE = 2,
	TABLE_READ = 4,
};

/* Physical memory, whole pages. Size 0: there is none. */
struct table_extent {
	uint64_t paddr, size;
};

struct table_segment {
	uint64_t offset;    /* from the beginning of each of the PD's places; whole pages */
	uint64_t vaddr;     /* page-aligned */
	uint64_t size;      /* bytes in memory */
	uint64_t file_size; /* so many of them are from the file; the rest is .bss */
	uint64_t flags;
};

struct table_pd {
	char name[TABLE_NAME_SIZE];
	uint64_t vspace, tcb; /* by number: objects are made in the order 1, 2, ...; 0 is the null capability */
	uint64_t vmm; /* for a guest: number of the PD, from 1, that runs it; 0: it is none */
	uint64_t entry;
	uint64_t stack_size; /* bytes, whole pages */
	uint64_t self_copy;  /* bytes of its initial data that the image itself holds once more */
	struct table_extent waits, runs;
	struct table_extent pristine; /* none: no restart copies the image */
	struct table_extent slots[TABLE_SLOTS];
	uint64_t segment_count;
	struct table_segment segments[TABLE_MAX_SEGMENTS];
};

struct table {
	struct table_pd pds[TABLE_MAX_PDS]; /* as many as the layout says; the rest is not there */
};

#endif
