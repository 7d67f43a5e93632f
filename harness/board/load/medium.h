/* Where U-Boot fetches files from: they are put there before power goes on. */
#ifndef RUNTEST_BOARD_LOAD_MEDIUM_H
#define RUNTEST_BOARD_LOAD_MEDIUM_H

#include <stddef.h>

#include "util/err.h"
#include "util/mem.h"

struct medium_file {
	const char *path; /* on this machine */
	const char *name; /* on the medium */
};

/*
 * The image of a disk with a FAT file system that holds the files; its path in *image, from the arena. Made by mtools,
 * which needs no root, and kept in `cache` by names and contents, for other sessions too: it must not be written to.
 * `dir` is a folder for the making. ERR_INFRA when mtools is missing or fails, ERR_IO.
 */
int medium_disk(const struct medium_file *files, size_t count, const char *cache, const char *dir, struct arena *a,
		const char **image, struct err *e);

/* `folder`, made here, holds the files under their names for a TFTP server of this machine. ERR_IO. */
int medium_tftp(const struct medium_file *files, size_t count, const char *folder, struct err *e);

#endif
