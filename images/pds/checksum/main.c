/* Prints a checksum of each of its own read-only segments. */
#include "lib/crc32.h"
#include "lib/print.h"
#include "self.h"

static void print_segment(unsigned i)
{
	struct self_segment s = self_segment(i);

	print("PD|%s: segment %u vaddr=0x%lx size=0x%lx crc32=%08x\n", self_name(), i, (uint64_t)(uintptr_t)s.start,
	      (uint64_t)s.size, crc32(0, s.start, s.size));
}

void pd_main(void)
{
	self_announce();
	for (unsigned i = 0; i < self_segments(); i++)
		print_segment(i);
	self_ready();
}
