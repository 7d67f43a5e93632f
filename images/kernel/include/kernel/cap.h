/* Capabilities and the one capability space: a flat array of slots that the initial task owns. */
#ifndef KERNEL_CAP_H
#define KERNEL_CAP_H

#include <stdbool.h>
#include <stdint.h>

#define CSPACE_SLOTS 4096

enum cap_type {
	CAP_NULL,
	CAP_UNTYPED,
	CAP_FRAME,
	CAP_PAGE_TABLE,
	CAP_VSPACE,
	CAP_TCB,
	CAP_ENDPOINT,
	CAP_CSPACE,
};

struct cap {
	uint8_t type;      /* enum cap_type */
	uint8_t size_bits;
	uint8_t is_device;
	uint8_t mapped;    /* frame or page table: stands in an address space */
	uint16_t vspace_id; /* the tag of an address space: a root's own, or the one that a frame is mapped in */
	uint16_t padding;
	uint32_t children; /* untyped: objects made from it */
	uint32_t padding2;
	uint64_t paddr;
	union {
		uint64_t free_index; /* untyped: bytes from its start that are in use (or not yet cleared) */
		uint64_t vaddr;      /* mapped frame: where, in the address space vspace_id */
	};
};

void cspace_init(struct cap *slots);
struct cap *cspace_slot(uint64_t slot);                         /* NULL when there is no such slot */
struct cap *cspace_lookup(uint64_t slot, enum cap_type type);   /* NULL unless it holds such a capability */

#endif
