/*
 * The boot image, raw and little endian: the loader padded to its memory size, then this header, then num_regions
 * region records, then the regions' bytes (format of seL4/microkit up to 2.0.1).
 */
#ifndef ABI_IMAGE_H
#define ABI_IMAGE_H

#include <stdint.h>

#define IMAGE_MAGIC 0x5e14dead14de5eadULL
#define IMAGE_FLAG_HYPERVISOR 1ULL

#define IMAGE_REGION_DATA 1ULL
#define IMAGE_REGION_ZERO 2ULL

struct image_header {
	uint64_t magic;
	uint64_t size;                           /* bytes from this header to the end of the file */
	uint64_t flags;
	uint64_t kernel_entry;                   /* virtual */
	uint64_t ui_p_reg_start, ui_p_reg_end;   /* physical range of the initial task, end exclusive */
	uint64_t pv_offset;                      /* physical minus virtual address of the initial task */
	uint64_t v_entry;
	uint64_t extra_device_addr_p, extra_device_size;
	uint64_t num_regions;
};

struct image_region {
	uint64_t load_addr; /* physical */
	uint64_t size;
	uint64_t offset;    /* from the first byte behind the region records */
	uint64_t type;
};

#endif
