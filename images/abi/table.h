/*
 * The invocation table: what the packer tells the initial task about the protection domains in the image. It waits in
 * memory beside them, or inside the initial task's own region; where exactly stands in `struct table_place`, which the
 * packer writes into the initial task's `table_place` symbol.
 */
#ifndef ABI_TABLE_H
#define ABI_TABLE_H

#include <stdint.h>

#define TABLE_MAGIC 0x656c626174766e69ULL /* "invtable" */
#define TABLE_VERSION 1U
#define TABLE_NAME_SIZE 32
#define TABLE_MAX_SEGMENTS 6
#define TABLE_MAX_PDS 16

enum {
	TABLE_EXECUTE = 1, /* as PF_X, PF_W and PF_R of ELF */
	TABLE_WRITE = 2,
	TABLE_READ = 4,
};

struct table_segment {
	uint64_t paddr, vaddr; /* page-aligned both */
	uint64_t size;         /* bytes in memory, bss included */
	uint64_t flags;
};

struct table_pd {
	char name[TABLE_NAME_SIZE];
	uint64_t entry;
	uint64_t stack_size; /* bytes, whole pages */
	uint64_t segment_count;
	struct table_segment segments[TABLE_MAX_SEGMENTS];
};

struct table {
	uint64_t magic;
	uint32_t version;
	uint32_t pd_count;
	struct table_pd pds[];
};

struct table_place {
	uint64_t region_paddr, region_size; /* where the PDs' images wait (whole pages) */
	uint64_t table_paddr, table_size;
	uint64_t table_vaddr; /* where the kernel has mapped it with the initial task; 0: the monitor must map it */
};

#endif
