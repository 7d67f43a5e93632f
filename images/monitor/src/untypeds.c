#include "monitor/untypeds.h"

#include <stdbool.h>

#include "lib/print.h"
#include "monitor/fail.h"
#include "monitor/memory.h"

static const struct untyped_desc none = {0, 0, 0, {0}};

/* One that is missing on either side counts as different from any. */
static bool differs(uint64_t i, const struct untyped_desc *expected, const struct untyped_desc *got)
{
	if (expected->paddr != got->paddr)
		print("MON|ERROR: paddr mismatch for untyped region: %lu  expected paddr: 0x%016lx  boot info paddr: 0x%016lx\n",
		      i, expected->paddr, got->paddr);
	else if (expected->size_bits != got->size_bits)
		print("MON|ERROR: size_bits mismatch for untyped region: %lu  expected: %u  boot info: %u\n", i,
		      expected->size_bits, got->size_bits);
	else if (expected->is_device != got->is_device)
		print("MON|ERROR: is_device mismatch for untyped region: %lu  expected: %u  boot info: %u\n", i,
		      expected->is_device, got->is_device);
	else
		return false;
	return true;
}

static bool list_is_as_expected(const struct bootinfo *info, const volatile struct expected_untypeds *expected)
{
	uint64_t got_count = info->untyped.end - info->untyped.start, count = expected->count;
	bool good = got_count == count;

	if (!good)
		print("MON|ERROR: untyped count mismatch  expected: %lu  boot info: %lu\n", count, got_count);
	for (uint64_t i = 0; i < count || i < got_count; i++) {
		struct untyped_desc want = i < count ? expected->list[i] : none;

		if (differs(i, &want, i < got_count ? &info->untyped_list[i] : &none))
			good = false;
	}
	return good;
}

void untypeds_check(const struct bootinfo *info, const volatile struct expected_untypeds *expected,
		    const struct layout *layout)
{
	if (!UNTYPEDS_STRICT && !memory_is_device(layout->region))
		print("MON|INFO: extra device region is missing, using ordinary memory\n");
	else if (list_is_as_expected(info, expected))
		print("MON|INFO: bootinfo untyped list matches expected list\n");
	else
		fail("MON|ERROR: found mismatch between boot info and untyped info");
}
