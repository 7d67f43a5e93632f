/*
 * What a boot image promises: which bytes must stand where in physical memory once the loader has run.
 *
 * Read from the image itself (the loader.img format, docs/formats.md); names and permissions come from its report.txt
 * and from the ELFs that went into it, where they are given. Bytes are always compared with the image, never with an
 * ELF: the image tool patches symbols.
 */
#ifndef RUNTEST_IMAGE_BOOTIMAGE_H
#define RUNTEST_IMAGE_BOOTIMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"
#include "util/mem.h"

enum region_owner {
	REGION_UNKNOWN, /* none of the given ELFs or report lines names it */
	REGION_KERNEL,
	REGION_MONITOR, /* the initial task */
	REGION_TABLE,   /* the invocation table */
	REGION_PD,
};
const char *region_owner_name(enum region_owner o); /* "kernel", "monitor", "table", "pd", "unknown" */

enum region_access {
	ACCESS_UNKNOWN,
	ACCESS_READ,    /* read-only data: judged */
	ACCESS_EXECUTE, /* code: judged */
	ACCESS_WRITE,   /* writable: reported, never judged */
};
const char *region_access_name(enum region_access a); /* "ro", "rx", "rw", "unknown" */

struct region {
	enum region_owner owner;
	const char *name;     /* "hello-0", "kernel-1", "invocation-table", "region-4" */
	const char *pd;       /* the protection domain's name for REGION_PD, else NULL */
	int segment;          /* which PT_LOAD of its ELF, or -1 */
	uint64_t paddr, vaddr; /* bytes; vaddr 0 when no ELF tells */
	uint64_t size;
	enum region_access access;
	const uint8_t *bytes; /* `size` bytes inside the mapped image */
};
uint32_t region_crc32(const struct region *r); /* CRC-32 (IEEE) of its bytes */

/* One ELF that is known to have gone into the image. */
struct image_elf {
	enum region_owner owner;
	const char *name; /* the protection domain's name for REGION_PD */
	const char *path;
};

/* What a PD's ELF tells about what the PD prints of itself. */
struct image_pd {
	const char *name;
	const char *build_id; /* lower-case hex, "" when the ELF carries none or there is no ELF */
	bool has_crc;
	uint32_t ro_crc32;  /* CRC-32 over the image's bytes of its read-only segments in address order */
};

struct boot_image {
	struct arena arena;
	const char *path;
	const uint8_t *map; /* the whole file */
	size_t map_size;
	uint64_t header_offset; /* H */
	uint64_t data_offset;   /* where the regions' bytes begin in the file */
	uint64_t flags, kernel_entry, ui_start, ui_end, pv_offset, v_entry; /* as in the header */
	uint64_t extra_device_addr, extra_device_size;
	struct region *regions; /* in the image's order */
	size_t region_count;
	struct image_pd *pds;
	size_t pd_count;
};

/*
 * Map and check the image; name its regions from `report` (may be NULL) and `elfs` (may be none). Errors: ERR_IMAGE
 * with the check that failed and at which offset; ERR_IO. On error nothing is left open. Finish with boot_image_close.
 * The file stays mapped and must not shrink until then. Report and ELFs are not needed any more once this returns.
 */
int boot_image_open(struct boot_image *img, const char *path, const char *report, const struct image_elf *elfs,
		    size_t elf_count, struct err *e);
void boot_image_close(struct boot_image *img);

/* By the protection domain's name, or NULL. */
const struct image_pd *boot_image_pd(const struct boot_image *img, const char *name);

#endif
