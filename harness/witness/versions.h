/*
 * Which image each protection domain is to run at the moment: the one that came with the boot image, or an update. What
 * memory is held against follows from it; the other images are rivals, which memory may hold instead.
 */
#ifndef RUNTEST_WITNESS_VERSIONS_H
#define RUNTEST_WITNESS_VERSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/bootimage.h"

struct versions {
	const struct boot_image *img;
	const struct image_update **held; /* by place in img->pds; NULL: the boot image's */
};

void versions_init(struct versions *v, const struct boot_image *img); /* all as in the boot image */
void versions_finish(struct versions *v);

/* From now on `pd` is to run this update of its; NULL: the boot image's. -1: there is no such protection domain. */
int versions_hold(struct versions *v, const char *pd, const struct image_update *update);

/* The update that `pd` is to run, or NULL: the boot image's. */
const struct image_update *versions_held(const struct versions *v, const char *pd);

/* What `pd` must print of itself, or NULL when the image does not know it. */
const struct image_pd *versions_facts(const struct versions *v, const char *pd);

/* Does a protection domain run in this memory? */
bool region_is_run(const struct region *r);

/*
 * What the images that `region`'s protection domain is not to run have in that memory, zeros where they have nothing: a
 * NULL-terminated array, region->size bytes each; free with versions_free_rivals. NULL: there is no other image.
 */
uint8_t **versions_rivals(const struct versions *v, const struct region *region);
void versions_free_rivals(uint8_t **rivals);

#endif
