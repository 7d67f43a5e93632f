/*
 * What a boot image promises: which bytes must stand where in physical memory once the loader has run.
 *
 * Read from the image itself, of whatever kind it is (docs/formats.md); names and permissions come from its report.txt
 * and from the ELFs that went into it, where they are given. Bytes are always compared with the image, never with an
 * ELF: the image tool patches symbols.
 */
#ifndef RUNTEST_IMAGE_BOOTIMAGE_H
#define RUNTEST_IMAGE_BOOTIMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/container.h"
#include "image/filemap.h"
#include "image/loaderimg.h"
#include "image/region.h"
#include "image/update.h"
#include "util/err.h"
#include "util/mem.h"

/* How the image's file is made: what holds the raw bytes, and for raw ones, which form their header has. */
enum image_kind { IMAGE_RAW, IMAGE_RAW_2_1, IMAGE_ELF, IMAGE_UIMAGE };
const char *image_kind_name(enum image_kind k); /* "microkit-raw", "microkit-raw-2.1", "elf", "uimage" */

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

/* A file from which a protection domain can be updated. */
struct image_update_file {
	const char *name, *pd, *path;
};

/* All that explains an image. */
struct image_files {
	const char *report; /* report.txt, or NULL */
	const struct image_elf *elfs;
	size_t elf_count;
	const struct image_payload *payloads;
	size_t payload_count;
	const struct image_update_file *updates;
	size_t update_count;
};

/* A file that has to be in memory beside the image. */
struct boot_payload {
	struct file_map file;
	const char *path;
	uint64_t paddr; /* of its first byte */
};

struct memory_piece {
	uint64_t base, size; /* bytes, physical */
};

struct boot_image {
	struct arena arena;
	const char *path;
	const uint8_t *map; /* the whole file */
	size_t map_size;
	enum image_kind kind;
	enum image_arch arch;               /* as far as the file tells */
	const struct loader_format *format; /* of the loader's header */
	struct container container;
	struct boot_payload *payloads;
	size_t payload_count;
	uint64_t header_offset; /* H */
	uint64_t data_offset;   /* where the regions' bytes begin in the file */
	/* As in the header; fields that its form does not have are 0. */
	uint64_t flags, kernel_entry, ui_start, ui_end, pv_offset, v_entry;
	uint64_t extra_device_addr, extra_device_size;
	struct region *regions; /* where things wait, in the image's order; then payloads; then the other roles */
	size_t region_count, region_room;
	struct memory_piece *reserved; /* RAM that is no ordinary memory once the kernel runs, as the report says */
	size_t reserved_count;
	bool has_reserved;             /* false: no report tells of it */
	struct image_pd *pds;
	size_t pd_count;
	struct image_update *updates; /* new images that it can be sent */
	size_t update_count;
};

/*
 * Map and check the image; name its regions from `with` (NULL: nothing is known but the image). Errors: ERR_USAGE for what
 * is no boot image of any known kind; ERR_IMAGE with the check that failed and at which offset; ERR_IO. On error nothing is
 * left open. Finish with boot_image_close. Image and payloads stay mapped and must not shrink until then. Report and ELFs
 * are not needed any more once this returns.
 */
int boot_image_open(struct boot_image *img, const char *path, const struct image_files *with, struct err *e);
void boot_image_close(struct boot_image *img);

/* The region of a protection domain's segment in one of its roles, or NULL. */
const struct region *boot_image_segment(const struct boot_image *img, const char *pd, int segment,
					enum region_role role);

/* Where the memory of a protection domain in one of its roles begins: the page of its first segment. False: there is
 * none. */
bool boot_image_place(const struct boot_image *img, const char *pd, enum region_role role, uint64_t *paddr);

/* The update of that name, or NULL. */
const struct image_update *boot_image_update(const struct boot_image *img, const char *name);

/* By the protection domain's name, or NULL. */
const struct image_pd *boot_image_pd(const struct boot_image *img, const char *name);

#endif
