/* What the kernel tells the initial task; one page, its address is the initial task's first argument. */
#ifndef ABI_BOOTINFO_H
#define ABI_BOOTINFO_H

#include <stdint.h>

#define BOOTINFO_MAX_UNTYPEDS 230

enum boot_slot {
	SLOT_NULL,
	SLOT_TCB,
	SLOT_CSPACE,
	SLOT_VSPACE,
	SLOT_BOOTINFO_FRAME,
	SLOT_FIRST_FREE,
};

struct slot_range {
	uint64_t start, end; /* end exclusive */
};

struct untyped_desc {
	uint64_t paddr;
	uint8_t size_bits;
	uint8_t is_device;
	uint8_t padding[6];
};

struct bootinfo {
	struct slot_range empty;
	struct slot_range ui_frames; /* the frames of the initial task's image, in address order */
	struct slot_range untyped;   /* slot untyped.start + i is described by untyped_list[i] */
	struct untyped_desc untyped_list[BOOTINFO_MAX_UNTYPEDS];
};

_Static_assert(sizeof(struct bootinfo) <= 4096, "bootinfo must fit its page");

#endif
