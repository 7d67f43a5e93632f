/* The regions of the image behind the loader. */
#ifndef LOADER_REGIONS_H
#define LOADER_REGIONS_H

#include <stddef.h>

#include "abi/image.h"

/* Put every region where it belongs. NULL, or what is wrong with one; nothing is copied then. */
const char *regions_load(const struct image_header *header);

#endif
