/*
 * Where protection domains' ELFs lie in an image when no report tells. Their ELFs know no physical address, so a place
 * is found by order, sizes, offsets inside a page and content. Inner part of bootimage.
 */
#ifndef RUNTEST_IMAGE_PLACING_H
#define RUNTEST_IMAGE_PLACING_H

#include <stdbool.h>

#include "image/naming.h"

/* Place every PD's ELF on regions that nobody owns yet. -1 with ERR_IMAGE for one that has no place. */
int placing_apply(const struct naming *n, struct err *e);

/* Could this region hold this segment: the same size, offset inside a page, and but for patches the same content? */
bool placing_fits(const struct region *r, const struct elf_segment *s);

#endif
