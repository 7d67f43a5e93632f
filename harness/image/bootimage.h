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

/* What the memory of a region is for. Of a protection domain's segment the same bytes may be in up to three places. */
enum region_role {
	REGION_WAITS,    /* put there by whoever loads the image; all that is no protection domain's is here */
	REGION_RUNS,     /* frames that the protection domain has, where those are others than where it waits */
	REGION_PRISTINE, /* what a restart copies from, where that is elsewhere than where it waits */
};
const char *region_role_name(enum region_role r); /* "waits", "runs", "pristine" */

struct region {
	enum region_owner owner;
	enum region_role role;
	bool kept;            /* a copy that nobody has for running: all of it must stay, writable segments too */
	const char *name;     /* "hello-0", "hello-0.run", "kernel-1", "monitor-0+0x3000", "region-4" */
	const char *pd;       /* the protection domain's name for REGION_PD, else NULL */
	int segment;          /* which PT_LOAD of its ELF, or -1 */
	uint64_t paddr, vaddr; /* bytes; vaddr 0 when no ELF tells */
	uint64_t size;
	enum region_access access;
	const uint8_t *bytes; /* `size` bytes inside the mapped image, or a mapped payload */
	bool payload;         /* not put there by the image's loader, but beside it */
	uint64_t container;   /* of what is left of a bigger region: where that began; else 0 */
};
uint32_t region_crc32(const struct region *r); /* CRC-32 (IEEE) of its bytes */

/* One ELF that is known to have gone into the image. */
struct image_elf {
	enum region_owner owner;
	const char *name; /* the protection domain's name for REGION_PD */
	const char *path;
};

/* A file that is put into memory beside the image. */
struct image_payload {
	const char *name;     /* what errors and leftovers call it: that of the memory */
	const char *path;
	uint64_t paddr, room; /* where its first byte goes, and how many there may be */
};

/* All that explains an image. */
struct image_files {
	const char *report; /* report.txt, or NULL */
	const struct image_elf *elfs;
	size_t elf_count;
	const struct image_payload *payloads;
	size_t payload_count;
};

/* What a PD's ELF tells about what the PD prints of itself. */
struct image_pd {
	const char *name;
	const char *build_id; /* lower-case hex, "" when the ELF carries none or there is no ELF */
	bool has_crc;
	uint32_t ro_crc32;  /* CRC-32 over the image's bytes of its read-only segments in address order */
};

struct file_map {
	const uint8_t *bytes;
	size_t size;
};

/* A file that has to be in memory beside the image. */
struct boot_payload {
	struct file_map file;
	const char *path;
	uint64_t paddr; /* of its first byte */
};

struct boot_image {
	struct arena arena;
	const char *path;
	const uint8_t *map; /* the whole file */
	size_t map_size;
	struct boot_payload *payloads;
	size_t payload_count;
	uint64_t header_offset; /* H */
	uint64_t data_offset;   /* where the regions' bytes begin in the file */
	uint64_t flags, kernel_entry, ui_start, ui_end, pv_offset, v_entry; /* as in the header */
	uint64_t extra_device_addr, extra_device_size;
	struct region *regions; /* where things wait, in the image's order; then payloads; then the other roles */
	size_t region_count, region_room;
	struct image_pd *pds;
	size_t pd_count;
};

/*
 * Map and check the image; name its regions from `with` (NULL: nothing is known but the image). Errors: ERR_IMAGE with
 * the check that failed and at which offset; ERR_IO. On error nothing is left open. Finish with boot_image_close. Image
 * and payloads stay mapped and must not shrink until then. Report and ELFs are not needed any more once this returns.
 */
int boot_image_open(struct boot_image *img, const char *path, const struct image_files *with, struct err *e);
void boot_image_close(struct boot_image *img);

/* The region of a protection domain's segment in one of its roles, or NULL. */
const struct region *boot_image_segment(const struct boot_image *img, const char *pd, int segment, enum region_role role);

/* By the protection domain's name, or NULL. */
const struct image_pd *boot_image_pd(const struct boot_image *img, const char *name);

#endif
