/*
 * The device tree that a board has: hardware's from the file that its kind names, a QEMU machine's dumped by QEMU itself
 * (-machine ...,dumpdtb=FILE), with what differs from run to run taken out and what the kind reserves put in, and kept by
 * QEMU's version and the machine's arguments (the only user of libfdt in the harness).
 */
#ifndef RUNTEST_BUILD_DTB_H
#define RUNTEST_BUILD_DTB_H

#include "build/tool.h"
#include "config/board.h"
#include "util/buf.h"
#include "util/err.h"

struct dtb {
	const char *path;  /* NULL for hardware whose kind has no device tree */
	const char *bytes; /* never NULL */
	size_t size;
};

/*
 * The board's device tree, with the kind's reserved memory in it; it lives in the arena. `root` is the project's folder:
 * answers are kept in build/cache/dtb below it. Errors: ERR_INFRA when QEMU is missing or refuses the machine, with its
 * own words.
 */
int dtb_of_board(const struct board_kind *kind, const char *root, struct tool_shelf *tools, struct arena *a,
		 struct dtb *out, struct err *e);

/* Make the bytes depend on the tree alone: delete every kaslr-seed and rng-seed (QEMU draws them anew in each run),
 * zero the padding (it holds leftovers of QEMU's heap) and pack; *n shrinks. ERR_INFRA when that is no device tree. */
int dtb_strip_seeds(void *dtb, size_t *n, struct err *e);

/* Add a node NAME@BASE with `no-map` to /reserved-memory for each, in their order. ERR_INFRA when it cannot be done. */
int dtb_reserve(struct buf *dtb, const struct reserved_region *regions, size_t count, struct err *e);

#endif
