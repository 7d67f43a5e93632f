/* Writing what has been laid out: the boot image, and the report that names its regions. */
#ifndef PACK_IMAGE_H
#define PACK_IMAGE_H

#include "system.h"

void image_write(const struct system *s, const char *path);
void report_write(const struct system *s, const char *path);

#endif
