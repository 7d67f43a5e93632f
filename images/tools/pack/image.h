/* Writing what has been laid out: the boot image, and the file of images that wait elsewhere. */
#ifndef PACK_IMAGE_H
#define PACK_IMAGE_H

#include "system.h"

void image_write(const struct system *s, const char *path);

/* With DT_RESERVED: the reserved memory's bytes from its beginning to the end of the last image. */
void payload_write(const struct system *s, const char *path);

#endif
