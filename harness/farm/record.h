/*
 * Words that stand beside a lock: a small JSON object of texts, with the process that wrote it. Anybody in the group may
 * have written the file, so that nothing in it is more than what somebody says.
 */
#ifndef RUNTEST_FARM_RECORD_H
#define RUNTEST_FARM_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "util/err.h"
#include "util/mem.h"

/* A text of the struct written or read: a `const char *` at that offset; one that is NULL is left out. */
struct record_text {
	const char *name;
	size_t at;
};

struct record_shape {
	const struct record_text *texts;
	size_t count;
	size_t pid_at; /* where the struct has the process id (pid_t) */
};

/* As state_write. */
int record_write(const char *path, const struct record_shape *shape, const void *from, bool sync, struct err *e);

/* Texts from the arena. 0; 1: there is no such file; -1 with ERR_IO: none that can be read, and `to` is as it was. */
int record_read(const char *path, const struct record_shape *shape, void *to, struct arena *a, struct err *e);

#endif
