/*
 * Capabilities, and capability spaces: flat arrays of slots. The initial task has a large one; a protection domain may
 * have a small one (a CNode object). Slots are looked up in the space of the thread whose call is handled.
 */
#ifndef KERNEL_CAP_H
#define KERNEL_CAP_H

#include <stdbool.h>
#include <stdint.h>

#define CSPACE_BITS 17 /* of the initial task's */
#define CNODE_BITS 10  /* of a CNode object */
#define CAP_BITS 5     /* of one slot */
#define CSPACE_SLOTS (1U << (CSPACE_BITS - CAP_BITS))

enum cap_type {
	CAP_NULL,
	CAP_UNTYPED,
	CAP_FRAME,
	CAP_PAGE_TABLE,
	CAP_VSPACE,
	CAP_TCB,
	CAP_ENDPOINT,
	CAP_CSPACE,
	CAP_VCPU,
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

_Static_assert(sizeof(struct cap) == 1 << CAP_BITS, "a capability must fit its slot");

struct cspace {
	struct cap *slots;
	uint64_t size; /* slots; 0: it has none */
};

struct cspace cspace_of(const struct cap *cnode);
void cspace_use(struct cspace space); /* this one from now on */

struct cap *cspace_slot(uint64_t slot);                         /* NULL when there is no such slot */
struct cap *cspace_lookup(uint64_t slot, enum cap_type type);   /* NULL unless it holds such a capability */

#endif
