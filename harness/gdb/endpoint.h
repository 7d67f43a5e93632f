/* Where a GDB server listens: "HOST:PORT", or "unix:PATH" for a socket of this machine. */
#ifndef RUNTEST_GDB_ENDPOINT_H
#define RUNTEST_GDB_ENDPOINT_H

#include <stdint.h>

#include "util/err.h"

/* Connect: a descriptor that the caller closes, or -1 (ERR_INFRA, ERR_CANCELLED). The name is looked up by the system. */
int gdb_endpoint_connect(const char *endpoint, int64_t deadline_ms, struct err *e);

#endif
