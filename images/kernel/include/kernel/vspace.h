/* User address spaces: three levels of tables of 512 entries each. */
#ifndef KERNEL_VSPACE_H
#define KERNEL_VSPACE_H

#include <stdint.h>

/*
 * `rights`: enum rights. Returns enum invocation_error: FAILED_LOOKUP when a table is missing, DELETE_FIRST when a page
 * stands there already.
 */
int vspace_map_page(uint64_t root, uint64_t vaddr, uint64_t paddr, unsigned rights);

/* Take the page at vaddr out of the address space of this tag, if it is the frame at `paddr` that stands there. */
void vspace_unmap_page(uint16_t id, uint64_t vaddr, uint64_t paddr);

/* Put an empty table in at the first level that lacks one for this address; DELETE_FIRST when none does. */
int vspace_map_table(uint64_t root, uint64_t vaddr, uint64_t table);

/* Make an empty table the root of a new address space: its tag. */
uint16_t vspace_create(uint64_t root);

#endif
