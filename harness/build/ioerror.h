/* The file system says no below build/: one wording for all of the builder. */
#ifndef RUNTEST_BUILD_IOERROR_H
#define RUNTEST_BUILD_IOERROR_H

#include "util/err.h"

/* ERR_IO "cannot DOING: strerror(errno)" at path, with a hint where there is a remedy. Returns -1. */
int build_io_error(struct err *e, const char *doing, const char *path);

#endif
