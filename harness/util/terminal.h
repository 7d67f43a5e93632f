/* A pseudo-terminal for a program whose output is followed. */
#ifndef RUNTEST_UTIL_TERMINAL_H
#define RUNTEST_UTIL_TERMINAL_H

#include <stdbool.h>

#include "util/err.h"

/* Bytes pass as they are: no echo, no line editing, no newlines made up; with `interruptible` ^C is a signal to whoever runs
 * on it, as long as that does not want it as a byte. The master does not block. ERR_INFRA. */
int terminal_open(int *master, int *slave, bool interruptible, struct err *e);

#endif
