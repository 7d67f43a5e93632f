/* Regions of physical memory, whose they are and what they must hold; what is common to boot images and updates. */
#ifndef RUNTEST_IMAGE_REGION_H
#define RUNTEST_IMAGE_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* What a PD's ELF tells about what the PD prints of itself. */
struct image_pd {
	const char *name;
	const char *build_id; /* lower-case hex, "" when the ELF carries none or there is no ELF */
	bool has_crc;
	uint32_t ro_crc32;  /* CRC-32 over the image's bytes of its read-only segments in address order */
};

#endif
