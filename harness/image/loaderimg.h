/*
 * The loader.img format: a boot loader, and behind it a header, a table of regions and their bytes (docs/formats.md;
 * seL4/microkit 2.0.1, tool/microkit/src/loader.rs writes it and loader/src/loader.c reads it).
 *
 * Everything here is 64-bit little endian and is taken from a file that may be damaged or hostile: no field is
 * believed before it was checked.
 */
#ifndef RUNTEST_IMAGE_LOADERIMG_H
#define RUNTEST_IMAGE_LOADERIMG_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"
#include "util/mem.h"

#define LOADER_MAGIC UINT64_C(0x5e14dead14de5ead)

enum {
	LOADER_HEADER_SIZE = 0x58,
	LOADER_ENTRY_SIZE = 32,
	LOADER_MAX_REGIONS = 4096, /* 63 PDs with 60 segments each: no image comes near it */
	LOADER_TYPE_DATA = 1,
	LOADER_FLAG_HYPERVISOR = 1 << 0,
};

struct loader_region {
	uint64_t paddr, size; /* bytes; size is never 0 */
	const uint8_t *bytes; /* inside the image */
	size_t entry;         /* its place in the image's table */
};

struct loader_image {
	uint64_t offset;      /* H: where the header begins in the file */
	uint64_t data_offset; /* where the regions' bytes begin in the file */
	uint64_t flags, kernel_entry, ui_start, ui_end, pv_offset, v_entry, extra_addr, extra_size;
	struct loader_region *regions; /* in the table's order; empty ones promise nothing and are left out */
	size_t region_count;
};

/*
 * Read n bytes of a file. The regions are allocated from `a` and point into `bytes`. -1 with ERR_IMAGE: the check that
 * failed, the offset in the file and the values; `where` is left for the caller, who knows the path.
 */
int loader_image_parse(struct loader_image *l, struct arena *a, const uint8_t *bytes, size_t n, struct err *e);

/* What a file that is no loader.img seems to be ("an ELF file"), or NULL. */
const char *file_kind(const uint8_t *bytes, size_t n);

#endif
