/* Somebody else's console, to look at: the log that the holder of a unit names beside the lock, as it grows. */
#ifndef RUNTEST_HAND_FOLLOW_H
#define RUNTEST_HAND_FOLLOW_H

#include "util/err.h"

/*
 * Show the log from its last `lines` lines on, harmlessly (util/harmless.h), until the unit is given back or its holder
 * has another log. What is told about it goes to `notes`. No lock is taken, nothing is sent. 0; 1 when nobody reads `out`
 * any more; -1: ERR_USAGE when nobody holds the unit, ERR_CANCELLED, ERR_IO.
 */
int follow_unit(const char *unit, int lines, int out, int notes, struct err *e);

#endif
