/* Payloads as regions of an image: files that somebody else than its loader loads. Inner part of bootimage. */
#ifndef RUNTEST_IMAGE_PAYLOAD_H
#define RUNTEST_IMAGE_PAYLOAD_H

#include "image/bootimage.h"

/* One region of nobody's for each payload behind the image's own. -1 with ERR_IMAGE when one does not fit its room, or
 * lies where something else does. */
int payload_add(struct boot_image *img, const struct image_payload *payloads, size_t count, struct err *e);

#endif
