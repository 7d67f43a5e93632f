#include "kernel/vspace.h"

#include <stddef.h>

#include "abi/syscall.h"
#include "arch/pte.h"
#include "kernel/arch.h"
#include "kernel/panic.h"
#include "kernel/window.h"

#define LEVELS 3
#define INDEX_BITS 9
#define VADDR_BITS (PAGE_BITS + LEVELS * INDEX_BITS)
#define MAX_ID 0xff /* what every architecture's tag has room for */

static uint64_t roots[MAX_ID + 1]; /* by tag; physical */

static uint64_t *entry(uint64_t table, uint64_t vaddr, unsigned level)
{
	unsigned shift = PAGE_BITS + (LEVELS - 1 - level) * INDEX_BITS;

	return (uint64_t *)phys_to_ptr(table) + (vaddr >> shift & ((1 << INDEX_BITS) - 1));
}

/* The entry for this address at `level` (0: the root's), or NULL when a table above it is missing. */
static uint64_t *walk(uint64_t root, uint64_t vaddr, unsigned level)
{
	uint64_t table = root;

	for (unsigned l = 0; l < level; l++) {
		uint64_t pte = *entry(table, vaddr, l);

		if (!pte_valid(pte))
			return NULL;
		table = pte_paddr(pte);
	}
	return entry(table, vaddr, level);
}

static int check_vaddr(uint64_t vaddr)
{
	if (vaddr >> (VADDR_BITS - 1)) /* the half that is the user's on every architecture */
		return INVALID_ARGUMENT;
	return vaddr & (PAGE_SIZE - 1) ? ALIGNMENT_ERROR : NO_ERROR;
}

static int put(uint64_t *where, uint64_t pte)
{
	if (pte_valid(*where))
		return DELETE_FIRST;
	*where = pte;
	arch_sync_tables();
	return NO_ERROR;
}

int vspace_map_page(uint64_t root, uint64_t vaddr, uint64_t paddr, unsigned rights)
{
	int error = check_vaddr(vaddr);
	uint64_t *where;

	if (error)
		return error;
	where = walk(root, vaddr, LEVELS - 1);
	return where ? put(where, pte_page(paddr, rights)) : FAILED_LOOKUP;
}

void vspace_unmap_page(uint16_t id, uint64_t vaddr, uint64_t paddr)
{
	uint64_t *where = walk(roots[id], vaddr, LEVELS - 1);

	if (!where || !pte_valid(*where) || pte_paddr(*where) != paddr)
		return;
	*where = 0;
	arch_flush_translations();
}

int vspace_map_table(uint64_t root, uint64_t vaddr, uint64_t table)
{
	int error = check_vaddr(vaddr & ~(PAGE_SIZE - 1));

	if (error)
		return error;
	for (unsigned level = 0; level < LEVELS - 1; level++) {
		uint64_t *where = walk(root, vaddr, level);

		if (!pte_valid(*where))
			return put(where, pte_table(table));
	}
	return DELETE_FIRST;
}

uint16_t vspace_create(uint64_t root)
{
	static uint16_t last;

	if (last == MAX_ID)
		panic("no more tags for address spaces");
	arch_init_vspace(root);
	roots[++last] = root;
	return last;
}
