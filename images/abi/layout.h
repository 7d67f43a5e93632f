/*
 * What the packer knows of physical memory. It writes this into the initial task's own data, into the objects that are
 * called `system_layout` and `system_untypeds`.
 */
#ifndef ABI_LAYOUT_H
#define ABI_LAYOUT_H

#include <stdint.h>

#include "abi/bootinfo.h"
#include "abi/table.h"

struct layout {
	uint64_t ram_paddr;         /* the beginning of RAM */
	struct table_extent own;    /* the initial task's region: ui_p_reg_start .. ui_p_reg_end */
	struct table_extent region; /* where PDs' images wait outside of it, with all that waits beside them */
	struct table_extent arena;  /* ordinary memory for copies of the images */
	struct table_extent block;  /* what the device tree reserves for one large block */
	struct table_extent table;
	uint64_t table_vaddr; /* where the kernel has mapped it with the initial task; 0: it is to be mapped */
	uint64_t pd_count;
	uint64_t system_id;   /* tells this image from others: an update is for one system only */
};

/* The untypeds that a kernel which honours the image's header will hand out, in its order. */
struct expected_untypeds {
	uint64_t count;
	struct untyped_desc list[BOOTINFO_MAX_UNTYPEDS];
};

#endif
