/* The whole that is packed: programs, where they go in physical memory, and the invocation table. */
#ifndef PACK_SYSTEM_H
#define PACK_SYSTEM_H

#include <stdbool.h>

#include "../elf/program.h"
#include "abi/layout.h"

/* Where the protection domains' images wait. */
enum placement {
	DEVICE_REGION, /* a region of their own, which the header asks the kernel to hand out as device memory */
	INITIAL_TASK,  /* in the initial task's region, each segment a region of the image */
	CAPDL,         /* likewise, but all of it one region of the image together with the initial task */
	CAPDL_FILL,    /* likewise, and they run in copies */
	DT_RESERVED,   /* in memory that the device tree reserves, in a file of their own */
};

#define SYSTEM_MAX_RESERVED 32

struct system {
	struct program loader, kernel, monitor;
	struct program pds[TABLE_MAX_PDS];
	size_t pd_count;
	uint64_t vmms[TABLE_MAX_PDS]; /* of each that is a guest: the number of the PD that runs it, from 1 */
	enum placement placement;
	bool table_in_region; /* else in the initial task's own region */
	bool reload;          /* a restart copies the images again */
	bool slots;           /* there is room for updates */
	bool hypervisor;
	/* Found by system_lay_out: */
	struct layout layout;
	uint64_t pv_offset;
	uint64_t images_end; /* physical; behind the last image, before the slots */
	struct table table;
	uint64_t table_size;
	struct expected_untypeds untypeds;
	struct table_extent reserved[SYSTEM_MAX_RESERVED]; /* RAM that is no ordinary memory once the kernel runs */
	size_t reserved_count;
};

/* Do the images come as one region together with the initial task? */
bool system_is_one_region(const struct system *s);

/* Give every segment its place and write the invocation table. */
void system_lay_out(struct system *s);

#endif
