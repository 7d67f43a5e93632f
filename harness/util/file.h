/* Files, whole: read, write atomically, make and remove trees. Errors are ERR_IO with the path in `where`. */
#ifndef RUNTEST_UTIL_FILE_H
#define RUNTEST_UTIL_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"
#include "util/err.h"

/* ERR_IO "cannot DOING: strerror(errno)" at path, with a hint where there is a remedy. Returns -1. */
int file_error(struct err *e, const char *doing, const char *path);

/* The file's bytes appended to out. */
int file_read(const char *path, struct buf *out, struct err *e);

/* All of it or nothing: a temporary file beside `path`, synced when `sync`, renamed over it. */
int file_write_atomic(const char *path, const void *data, size_t n, bool sync, struct err *e);

/* write(2) until all is written, through short writes and EINTR. -1 with errno. */
int file_write_all(int fd, const void *data, size_t n);

bool file_exists(const char *path);
int file_mkdirs(const char *path, struct err *e);      /* like mkdir -p */
int file_remove_tree(const char *path, struct err *e); /* like rm -rf; a path that is not there is no error */

/* What is at `path`: its size, or -1. */
long long file_size(const char *path);

/* The folder this program stands in (no trailing slash), malloc'd; NULL when the system does not tell. */
char *file_own_folder(void);

#endif
