/* What `inspect` says of a boot image, as text and as JSON. */
#ifndef RUNTEST_CLI_INSPECTVIEW_H
#define RUNTEST_CLI_INSPECTVIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "image/bootimage.h"
#include "util/buf.h"
#include "util/sha256.h"

struct inspection {
	struct boot_image img;
	char sha256[SHA256_HEX];
	const char *report;            /* what named its regions; NULL: nothing did */
	const struct image_elf *elfs;
	size_t elf_count;
	bool report_found;             /* beside the image, as were all ELFs from this one on: */
	size_t elfs_found_from;
	const char *const *notes;      /* sentences on what was found beside the image */
	size_t note_count;
};

void inspection_text(const struct inspection *in, struct buf *out);
void inspection_json(const struct inspection *in, struct buf *out);

#endif
