#include "witness/before.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

void before_forget(struct before *b)
{
	b->known = false;
	b->count = 0;
}

void before_finish(struct before *b)
{
	for (size_t i = 0; i < b->room; i++)
		free(b->parts[i].bytes);
	free(b->parts);
	*b = (struct before){.known = false};
}

static struct before_part *next_part(struct before *b)
{
	size_t room = b->room;

	b->parts = xgrow(b->parts, &b->room, b->count + 1, sizeof *b->parts);
	if (b->room > room)
		memset(b->parts + room, 0, (b->room - room) * sizeof *b->parts);
	return &b->parts[b->count++];
}

void before_keep(struct before *b, const struct region *region, const uint8_t *memory)
{
	struct before_part *p = next_part(b);

	p->paddr = region->paddr;
	p->size = region->size;
	p->bytes = xgrow(p->bytes, &p->room, region->size, 1);
	memcpy(p->bytes, memory, region->size);
	b->known = true;
}

static bool recall_part(const struct before_part *p, const struct region *region, uint8_t *out)
{
	uint64_t start = p->paddr > region->paddr ? p->paddr : region->paddr;
	uint64_t end = p->paddr + p->size, other = region->paddr + region->size;

	end = end < other ? end : other;
	if (start >= end)
		return false;
	memcpy(out + (start - region->paddr), p->bytes + (start - p->paddr), end - start);
	return true;
}

bool before_recall(const struct before *b, const struct region *region, uint8_t *out)
{
	bool any = false;

	memcpy(out, region->bytes, region->size);
	for (size_t i = 0; b->known && i < b->count; i++)
		any |= recall_part(&b->parts[i], region, out);
	return any;
}
