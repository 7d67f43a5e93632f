/*
 * The folder in which everybody who shares this machine's boards keeps what they must know of one another: whose a board
 * unit is (farm/lock.h, farm/holder.h) and which were left on (farm/powered.h).
 *
 * It is $RUNTEST_STATE; else /var/lib/runtest, where that is and may be written; else $XDG_STATE_HOME/runtest, which is
 * ~/.local/state/runtest by default (https://specifications.freedesktop.org/basedir-spec/). Files are as writable to the
 * group, or to all, as the folder is. No file in it is opened through a symbolic link.
 */
#ifndef RUNTEST_FARM_STATE_H
#define RUNTEST_FARM_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"
#include "util/err.h"
#include "util/mem.h"

/* The folder of the units' files, made when it is not there; malloc'd. NULL: ERR_USAGE for a relative $RUNTEST_STATE,
 * ERR_IO. */
char *state_folder(struct err *e);

/* "BASE/NAME": a file beside that folder, which says something of all units; malloc'd. NULL as state_folder. */
char *state_common(const char *name, struct err *e);

/* "FOLDER/UNIT.SUFFIX"; malloc'd. NULL as state_folder, and ERR_USAGE for a name that is no file name. */
char *state_path(const char *unit, const char *suffix, struct err *e);

/* A file of that folder open for reading and writing, made when it is not there. Close-on-exec. ERR_IO, -1. */
int state_open(const char *path, struct err *e);

/* A small one, whole. 0; 1: there is none; -1 with ERR_IO: not to be read, or no such file of ours. */
int state_read(const char *path, struct buf *out, struct err *e);

/* All of it or nothing; `sync`: it and its name are on the disk when this returns. */
int state_write(const char *path, const void *data, size_t n, bool sync, struct err *e);

/* No file of that name, synced like state_write. One that is not there is no error. */
int state_erase(const char *path, bool sync, struct err *e);

/* Every unit that has a file there, sorted, NULL-terminated; from the arena. NULL: as state_folder. */
const char *const *state_units(struct arena *a, struct err *e);

#endif
