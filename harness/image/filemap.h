/* Whole files mapped for reading. They must not shrink meanwhile. */
#ifndef RUNTEST_IMAGE_FILEMAP_H
#define RUNTEST_IMAGE_FILEMAP_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

struct file_map {
	const uint8_t *bytes; /* NULL: nothing is mapped */
	size_t size;
};

/* `what` the file should be, for the error: ERR_IMAGE when it is no such thing, ERR_IO. */
int file_map_open(struct file_map *m, const char *path, const char *what, struct err *e);
void file_map_close(struct file_map *m); /* safe on one that is not mapped */

#endif
