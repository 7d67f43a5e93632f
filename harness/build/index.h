/*
 * What the contents of files were when last read, so that they need not be read again: per file the stat(2) signature
 * and the SHA-256. A file that changed less than INDEX_RACY_NS before it was read is never remembered: a second change
 * within one tick of the file system's clock would leave the same signature (docs/decisions/source-index.md).
 */
#ifndef RUNTEST_BUILD_INDEX_H
#define RUNTEST_BUILD_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "util/buf.h"
#include "util/sha256.h"

#define INDEX_RACY_NS INT64_C(2000000000) /* the coarsest clock in use: FAT counts in steps of two seconds */

struct index_entry {
	const char *path;
	const char *sha256; /* SHA256_HEX - 1 digits, not terminated */
	int64_t size, mtime_ns, ctime_ns;
	uint64_t inode;
};

struct index {
	struct buf old;              /* the file's bytes: entries point into it */
	struct index_entry *entries; /* sorted by path */
	size_t count, room;
	struct buf fresh; /* the next index, as it grows */
	size_t fresh_count;
	bool changed;   /* fresh knows something that old does not */
	int64_t now_ns; /* when this reading of the tree began */
};

/* Load `path`; a missing or damaged one is an empty index. NULL: an index that remembers nothing. */
void index_open(struct index *x, const char *path);

/* The contents' hash, if the file is as it was: hex[SHA256_HEX] is filled and kept for the next index. */
bool index_find(struct index *x, const char *path, const struct stat *st, char *hex);

/* Remember what was just read. Paths come in ascending order, over index_find and index_add together. */
void index_add(struct index *x, const char *path, const struct stat *st, const char *hex);

/* Write the next index over `path` if it differs, and finish. */
void index_close(struct index *x, const char *path);

#endif
