/* Does an image fit a board? Its addresses are its own; what lies outside of RAM can neither be loaded nor looked at. */
#ifndef RUNTEST_IMAGE_FITTING_H
#define RUNTEST_IMAGE_FITTING_H

#include "image/bootimage.h"

/* Everything that waits, runs or is kept must lie in `ram`, and so must the range that becomes the initial task's.
 * -1 with ERR_IMAGE at the image's path: which region, and where RAM is. */
int fitting_check(const struct boot_image *img, struct memory_piece ram, struct err *e);

#endif
