/* Connections to what listens: a host's port, or a socket in the file system. Deadlines are those of clock_ms(). */
#ifndef RUNTEST_NET_CONNECT_H
#define RUNTEST_NET_CONNECT_H

#include <stdint.h>

#include "util/err.h"

/*
 * Connect: a non-blocking descriptor that the caller closes, or -1 (ERR_INFRA, ERR_CANCELLED). `what` is how an error
 * calls the far end: "the GDB server at lab:3333". The system looks the name up, which no deadline interrupts.
 */
int net_connect_tcp(const char *host, const char *port, const char *what, int64_t deadline_ms, struct err *e);
int net_connect_unix(const char *path, const char *what, int64_t deadline_ms, struct err *e);

/* Notice within half a minute that the far end, or the way there, is gone. */
void net_watch_peer(int fd);

#endif
