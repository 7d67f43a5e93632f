/*
 * The raw bytes of a boot image: a boot loader, and behind it a header, a table of regions and their bytes
 * (docs/formats.md; seL4/microkit 2.0.1 and 2.3.0, tool/microkit/src/loader.rs writes them and loader/src/loader.c reads
 * them). The header has two forms, which the same magic begins.
 *
 * Everything here is 64-bit little endian and is taken from a file that may be damaged or hostile: no field is
 * believed before it was checked.
 */
#ifndef RUNTEST_IMAGE_LOADERIMG_H
#define RUNTEST_IMAGE_LOADERIMG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"
#include "util/mem.h"

#define LOADER_MAGIC UINT64_C(0x5e14dead14de5ead)

enum {
	LOADER_ENTRY_SIZE = 32,
	LOADER_MAX_REGIONS = 4096, /* 63 PDs with 60 segments each: no image comes near it */
	LOADER_TYPE_DATA = 1,
	LOADER_FLAG_HYPERVISOR = 1 << 0,
};

/* Where a form of the header has its fields: offsets from H. */
struct loader_format {
	const char *name;                         /* "Microkit up to 2.0.1" */
	size_t size;                              /* of the header, without the table behind it */
	size_t kernel_entry, ui_start, ui_end, pv_offset, v_entry, count;
	size_t flags, extra_addr, extra_size;     /* 0: this form has no such field */
	bool capdl;                               /* the initial task is a capDL initialiser; else Microkit's monitor */
};

extern const struct loader_format loader_format_2_0, loader_format_2_1;

struct loader_region {
	uint64_t paddr, size; /* bytes; size is never 0 */
	const uint8_t *bytes; /* inside the image */
	size_t entry;         /* its place in the image's table */
};

struct loader_image {
	const struct loader_format *format;
	uint64_t offset;      /* H: where the header begins in the file */
	uint64_t data_offset; /* where the regions' bytes begin in the file */
	uint64_t flags, kernel_entry, ui_start, ui_end, pv_offset, v_entry, extra_addr, extra_size; /* 0: no such field */
	struct loader_region *regions; /* in the table's order; empty ones promise nothing and are left out */
	size_t region_count;
};

/*
 * Read n bytes of a file. The regions are allocated from `a` and point into `bytes`. -1 with ERR_IMAGE: the check that
 * failed, the offset in the file and the values; `where` is left for the caller, who knows the path.
 */
int loader_image_parse(struct loader_image *l, struct arena *a, const uint8_t *bytes, size_t n, struct err *e);

/* The same of raw bytes that stand inside a file, from `from` (H counts from the file's start all the same) to n. */
int loader_image_parse_from(struct loader_image *l, struct arena *a, const uint8_t *bytes, size_t from, size_t n,
			    struct err *e);

/* What a file that is no loader.img seems to be ("an ELF file"), or NULL. */
const char *file_kind(const uint8_t *bytes, size_t n);

#endif
