#include "kernel/cap.h"

#include <stddef.h>

#include "kernel/window.h"

static struct cspace current;

struct cspace cspace_of(const struct cap *cnode)
{
	return (struct cspace){phys_to_ptr(cnode->paddr), 1ULL << (cnode->size_bits - CAP_BITS)};
}

void cspace_use(struct cspace space)
{
	current = space;
}

struct cap *cspace_slot(uint64_t slot)
{
	return slot < current.size ? &current.slots[slot] : NULL;
}

struct cap *cspace_lookup(uint64_t slot, enum cap_type type)
{
	struct cap *cap = cspace_slot(slot);

	return cap && cap->type == type ? cap : NULL;
}
