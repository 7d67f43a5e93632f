/*
 * Whose region is whose: the image's table has addresses only. The header tells the monitor's region, the report names
 * the protection domains', the ELFs tell permissions; what contradicts the image is an error. Inner part of bootimage.
 */
#ifndef RUNTEST_IMAGE_NAMING_H
#define RUNTEST_IMAGE_NAMING_H

#include <stddef.h>

#include "image/bootimage.h"
#include "image/elf.h"
#include "image/report.h"

struct known_elf {
	enum region_owner owner; /* kernel, monitor or pd */
	const char *name;        /* the protection domain's */
	const char *path;
	struct elf_file file;
};

struct naming {
	struct boot_image *img;      /* its regions are named */
	const struct report *report; /* NULL: there is none */
	const char *report_path;
	const struct known_elf *elfs;
	size_t elf_count;
};

/* Name every region. -1 with ERR_IMAGE, `where` being the file that does not fit the image. */
int naming_apply(const struct naming *n, struct err *e);

/* The region that holds an ELF's segment where it waits, or NULL. */
struct region *naming_region(const struct naming *n, const struct known_elf *elf, int segment);

/* Make r the place of an ELF's segment. */
void naming_take(struct boot_image *img, struct region *r, const struct known_elf *elf, const struct elf_segment *s);

#endif
