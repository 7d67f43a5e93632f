#include "kernel/cap.h"

#include <stddef.h>

static struct cap *cspace;

void cspace_init(struct cap *slots)
{
	cspace = slots;
}

struct cap *cspace_slot(uint64_t slot)
{
	return slot < CSPACE_SLOTS ? &cspace[slot] : NULL;
}

struct cap *cspace_lookup(uint64_t slot, enum cap_type type)
{
	struct cap *cap = cspace_slot(slot);

	return cap && cap->type == type ? cap : NULL;
}
