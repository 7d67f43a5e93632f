/*
 * witness.json: every look of a session with all its figures, for people and for other programs (docs/witness.md).
 */
#ifndef RUNTEST_WITNESS_RECORD_H
#define RUNTEST_WITNESS_RECORD_H

#include <stddef.h>

#include "util/err.h"
#include "witness/looks.h"

/* The looks as text, malloc'd; ends with a newline. sha256 is the image file's, in hex. */
char *witness_json(const struct boot_image *img, const char *sha256, const struct looks *looks);

/* The same into a file, atomically. ERR_IO. */
int witness_write(const char *path, const struct boot_image *img, const char *sha256, const struct looks *looks,
		  struct err *e);

#endif
