/*
 * Protection domains' segments as the report tells them: regions of the image by themselves, parts of a bigger region
 * (the monitor's, or a payload), and the places where they run or are kept, which the image does not have at all.
 * Inner part of bootimage. The report is not trusted: what it says must fit what the image has.
 */
#ifndef RUNTEST_IMAGE_CARVING_H
#define RUNTEST_IMAGE_CARVING_H

#include "image/bootimage.h"
#include "image/report.h"

/*
 * The region that the line names, nobody's before: a part of a bigger region is cut out of it, and what is left stays
 * its former owner's, in pieces. NULL with ERR_IMAGE (without a place). Regions move: pointers into them are stale.
 */
struct region *carving_take(struct boot_image *img, const struct report_region *line, struct err *e);

/* Add the region in another role of a segment that is known where it waits. -1 with ERR_IMAGE (without a place). */
int carving_add(struct boot_image *img, const struct report_region *line, struct err *e);

#endif
