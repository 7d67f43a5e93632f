#include "monitor/block.h"

#include "lib/print.h"
#include "monitor/memory.h"

#define MIN_BITS 12
#define MAX_BITS 47

static struct table_extent reserved; /* by the device tree, for one large block */
static uint64_t ram;

void block_init(const struct layout *layout)
{
	reserved = layout->block;
	ram = layout->ram_paddr;
}

uint64_t block_paddr(uint64_t offset)
{
	return ram + offset;
}

struct choice {
	uint64_t untyped, paddr;
	uint64_t free; /* bytes of that untyped of which nothing was made yet */
};

static bool is_offered(const struct table_extent *part, bool is_device)
{
	return !is_device || (part->paddr >= reserved.paddr &&
			      part->paddr + part->size <= reserved.paddr + reserved.size);
}

/* Does the block fit into the free part of an untyped, and where? */
static bool fits(const struct table_extent *part, unsigned bits, const uint64_t *wanted, uint64_t *paddr)
{
	uint64_t size = 1ULL << bits;

	*paddr = wanted ? *wanted : (part->paddr + size - 1) & ~(size - 1);
	return (*paddr & (size - 1)) == 0 && *paddr >= part->paddr && part->size >= size &&
	       *paddr - part->paddr <= part->size - size;
}

/* Of the smallest untyped that will do: its first object clears the whole of it. */
static bool choose(unsigned bits, const uint64_t *wanted, struct choice *best)
{
	struct table_extent part;
	bool is_device, found = false;

	for (uint64_t i = 0; memory_free_part(i, &part, &is_device); i++) {
		uint64_t paddr;

		if (!is_offered(&part, is_device) || !fits(&part, bits, wanted, &paddr))
			continue;
		if (found && best->free <= part.size)
			continue;
		*best = (struct choice){i, paddr, part.size};
		found = true;
	}
	return found;
}

static uint64_t largest(const uint64_t *wanted)
{
	struct choice c;

	for (unsigned bits = MAX_BITS; bits >= MIN_BITS; bits--) {
		if (choose(bits, wanted, &c))
			return 1ULL << bits;
	}
	return 0;
}

bool block_ask(unsigned bits, const uint64_t *paddr)
{
	struct choice c;

	if (bits < MIN_BITS || bits > MAX_BITS)
		return false;
	if (!choose(bits, paddr, &c)) {
		print("MON|INFO: contiguous block of 0x%lx bytes refused: the largest is 0x%lx\n", 1UL << bits,
		      largest(paddr));
		return true;
	}
	memory_take_block(c.untyped, c.paddr, bits);
	print("MON|INFO: contiguous block of 0x%lx bytes granted at 0x%lx\n", 1UL << bits, c.paddr);
	return true;
}
