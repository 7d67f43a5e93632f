/* Where a board unit hangs: the machines from which its console and its power are reached. */
#ifndef RUNTEST_CLI_UNITHOST_H
#define RUNTEST_CLI_UNITHOST_H

#include "config/board.h"
#include "util/mem.h"

/* Names of hosts as the unit's sections have them, each once, in `a`; "here" for this machine; empty for a unit without such a
 * section. NULL-terminated. */
const char *const *unit_hosts(const struct board_unit *u, struct arena *a);

/* The host in "http://HOST:PORT/...", in `a`; an IPv6 address without its brackets. */
const char *url_host(const char *url, struct arena *a);

#endif
