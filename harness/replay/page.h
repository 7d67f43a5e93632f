/* A page of physical memory in a boot that is run again, and what it should hold. */
#ifndef RUNTEST_REPLAY_PAGE_H
#define RUNTEST_REPLAY_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "image/bootimage.h"
#include "machine/machine.h"

enum { REPLAY_PAGE = 4096 };

struct replay_page {
	uint64_t paddr;       /* a multiple of REPLAY_PAGE */
	const uint8_t *bytes; /* what the image has for it, from `offset` on; NULL: nobody knows. Borrowed */
	uint32_t offset, size;
};

/* The page with what the image has for it (NULL: no image is known): of the first region that lies in it. */
struct replay_page replay_page_of(uint64_t paddr, const struct boot_image *img);

/* Is it now, in the machine that stands still, as it should be? False where nobody knows. */
bool replay_page_is_right(const struct replay_page *p, const struct machine *m);

#endif
