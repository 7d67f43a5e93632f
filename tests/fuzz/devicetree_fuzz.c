/* Device trees: seeds taken out, reserved memory put in. */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "build/dtb.h"
#include "fuzz.h"

const unsigned fuzz_cost = 1;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const struct reserved_region regions[] = {{.name = "modules", .base = 0x70000000, .size = 0x4000000},
							 {.name = "x", .base = UINT64_MAX, .size = UINT64_MAX}};
	size_t left = n;
	char *copy = malloc(n ? n : 1);
	struct buf tree = {0};
	struct err e = {0};

	if (n)
		memcpy(copy, bytes, n);
	if (dtb_strip_seeds(copy, &left, &e) == 0) {
		if (left > n)
			abort();
		buf_add(&tree, copy, left);
		if (dtb_reserve(&tree, regions, 2, &e) == 0 && fdt_check_full(tree.data, tree.len) != 0)
			abort();
	} else if (e.kind != ERR_INFRA || !e.what[0]) {
		abort();
	}
	buf_finish(&tree);
	free(copy);
	return 0;
}

static void add_tree(void (*add)(const void *bytes, size_t n), int with_reserved)
{
	char tree[2048];

	fdt_create(tree, sizeof tree);
	fdt_add_reservemap_entry(tree, 0x1000, 0x1000);
	fdt_finish_reservemap(tree);
	fdt_begin_node(tree, "");
	fdt_property_u32(tree, "#address-cells", 2);
	fdt_property_u32(tree, "#size-cells", 2);
	fdt_begin_node(tree, "chosen");
	fdt_property_u64(tree, "kaslr-seed", 0x1234567);
	fdt_property_string(tree, "bootargs", "x");
	fdt_property(tree, "rng-seed", "0123456789abcdef", 16);
	fdt_end_node(tree);
	if (with_reserved) {
		fdt_begin_node(tree, "reserved-memory");
		fdt_property_u32(tree, "#address-cells", 2);
		fdt_property_u32(tree, "#size-cells", 2);
		fdt_property(tree, "ranges", "", 0);
		fdt_end_node(tree);
	}
	fdt_end_node(tree);
	if (fdt_finish(tree) < 0)
		abort();
	add(tree, fdt_totalsize(tree));
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	add_tree(add, 0);
	add_tree(add, 1);
}
