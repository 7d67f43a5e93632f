/*
 * Can a large block of memory be had in one piece? Derived from the layout alone: from RAM, from what the report says
 * is reserved in it, from where the image puts the kernel and the initial task, and from what the device tree reserves
 * by name. Pure; what a running system answers is held against it.
 */
#ifndef RUNTEST_IMAGE_BLOCK_H
#define RUNTEST_IMAGE_BLOCK_H

#include "image/bootimage.h"

enum block_answer {
	BLOCK_UNKNOWN, /* the image's report does not tell what is reserved */
	BLOCK_GRANTED,
	BLOCK_REFUSED,
};
const char *block_answer_name(enum block_answer a); /* "granted", "refused"; NULL for BLOCK_UNKNOWN */

/*
 * A block of `size` bytes (a power of two), aligned to its size. It may be ordinary memory, or lie in one of the
 * `offered` pieces, which the device tree reserves, unless the image is put there.
 */
enum block_answer block_answer(const struct boot_image *img, struct memory_piece ram,
			       const struct memory_piece *offered, size_t offered_count, uint64_t size);

#endif
