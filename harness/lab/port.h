/* Ports of the loopback interface: free ones, and who listens. */
#ifndef RUNTEST_LAB_PORT_H
#define RUNTEST_LAB_PORT_H

#include <stdbool.h>
#include <sys/types.h>

#include "util/err.h"

/* A socket that holds a free port without listening: connections are refused. The port in *port; -1 (ERR_INFRA). */
int port_hold(int *port, struct err *e);

/* Nobody listens there any more, but it stays held. */
void port_quieten(int fd);

/* Does this process, or a child of it, listen on that TCP port of 127.0.0.1? Nobody is connected to for that. */
bool port_is_listened(int port, pid_t pid);

/* Is somebody connected to it? */
bool port_is_connected(int port);

#endif
