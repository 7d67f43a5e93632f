/*
 * Update files: new images of protection domains for a running system (docs/formats.md). Read with the distrust that
 * every file gets; the harness takes from them what memory must hold once the new image runs, and what the new image
 * prints of itself.
 */
#ifndef RUNTEST_IMAGE_UPDATE_H
#define RUNTEST_IMAGE_UPDATE_H

#include <stddef.h>
#include <stdint.h>

#include "image/filemap.h"
#include "image/region.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/mem.h"

enum { UPDATE_HEADER_SIZE = 40, UPDATE_SEGMENT_SIZE = 32, UPDATE_MAX_SEGMENTS = 64 };

struct update_segment {
	uint64_t vaddr, size;
	uint64_t place; /* where it runs, from the beginning of the protection domain's memory: whole pages */
	enum region_access access;
	const uint8_t *bytes; /* inside the file */
};

struct image_update {
	const char *name, *pd; /* as the project calls it, and whose new image it is */
	struct file_map file;
	uint32_t version;
	uint64_t entry;
	struct update_segment *segments; /* in the file's order */
	size_t segment_count;
	struct image_pd facts;
	struct region *runs; /* where its segments run, in a boot image whose protection domain's place is known */
	size_t run_count;
};

/* What is done to a file before it is sent: all but the first must be refused. */
enum alteration { ALTER_NOTHING, ALTER_TRUNCATED, ALTER_CHECKSUM, ALTER_TOO_LARGE, ALTER_ENTRY, ALTER_COUNT };
const char *alteration_name(enum alteration a); /* "whole", "truncated", "wrong-checksum", "too-large", "wrong-entry" */

/* Map and check the file; strings and arrays come from `a`. -1 with ERR_IMAGE or ERR_IO, and nothing is open. */
int image_update_open(struct image_update *u, const char *name, const char *pd, const char *path, struct arena *a,
		      struct err *e);
void image_update_close(struct image_update *u);

/*
 * The file's bytes with one thing wrong, and everything else right. `bytes`: of a truncated file, how many are left; of
 * one that is too large, how many are added; 0: half of them, or a MiB. Added to `out`.
 */
void image_update_alter(const struct image_update *u, enum alteration how, uint64_t bytes, struct buf *out);

#endif
