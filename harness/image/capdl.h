/*
 * Images whose initial task is a capDL initialiser (seL4/microkit 2.1.0 and later; tool/microkit/src/capdl/): each of its
 * PT_LOADs is a region, and protection domains' bytes lie inside, a frame of 4 KiB for every page of a segment, filled up
 * with zeros. Nothing in the image says whose frame is whose: that is found by content. Inner part of bootimage.
 */
#ifndef RUNTEST_IMAGE_CAPDL_H
#define RUNTEST_IMAGE_CAPDL_H

#include "image/naming.h"

/*
 * Name the initialiser's regions that its table of program headers tells apart (2.3.0; 2.1.0 has no such table). -1 with
 * ERR_IMAGE for a table that leads outside. They must be known as the initial task's already.
 */
int capdl_name(struct boot_image *img, struct err *e);

/*
 * Find the pages of every protection domain's ELF, and make them its regions. Pages that it can only read must be there
 * exactly; those that it can write to were patched, and are left out where they cannot be told. -1 with ERR_IMAGE for an
 * ELF that is not in the image.
 */
int capdl_place(const struct naming *n, struct err *e);

#endif
