/* The folder of a lab, build/lab/ID: ours while we hold its lock, and gone when we are. */
#ifndef RUNTEST_LAB_FOLDER_H
#define RUNTEST_LAB_FOLDER_H

#include "util/err.h"
#include "util/mem.h"

/*
 * Make it and take its lock; what dead labs have left behind goes. id: NULL for the first number that is free. Returns the
 * lock's descriptor, with *folder from the arena; -1: ERR_USAGE when that lab lives, ERR_IO.
 */
int folder_take(const char *root, const char *id, struct arena *a, const char **folder, struct err *e);

/* Remove it and let go of the lock. */
void folder_drop(const char *folder, int lock);

#endif
