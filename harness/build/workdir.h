/*
 * Work folders that tell the living from the dead. A folder below build/tmp/ belongs to whoever holds its flock(2):
 * the builder, and every process it starts, since they inherit the descriptor. When the last of them is gone, however
 * it went, the lock is free, and the next builder empties or removes the folder.
 */
#ifndef RUNTEST_BUILD_WORKDIR_H
#define RUNTEST_BUILD_WORKDIR_H

#include "util/err.h"

enum { WORKDIR_BUSY = -2 };

/* Make the folder ours, and empty. Returns the descriptor that holds it (close-on-exec), WORKDIR_BUSY when somebody
 * else has it, or -1 (ERR_IO). */
int workdir_claim(const char *path, struct err *e);

/* Remove the folder with all that is in it, then let go of it. */
void workdir_release(const char *path, int lock);

/* Remove every folder below `parent` that nobody holds. */
void workdir_sweep(const char *parent);

#endif
