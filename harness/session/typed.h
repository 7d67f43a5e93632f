/*
 * What a session typed on the console: every byte raw in typed.log, and beside it typed.idx, which says when, and after
 * what. Its lines are "MILLISECONDS CONSOLE OFFSET LENGTH": since power-on, how much of console.log was there, and which
 * bytes of typed.log went out then. What else was done to the board stands between them, as "MILLISECONDS CONSOLE WHAT":
 * "reset", "power-cycle", and "fill ADDRESS SIZE BYTE" where memory was filled before a reset. Neither file is there
 * while there is nothing to say.
 */
#ifndef RUNTEST_SESSION_TYPED_H
#define RUNTEST_SESSION_TYPED_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

struct typed {
	const char *dir; /* borrowed; where the files go */
	int log_fd, index_fd;
	uint64_t size;   /* bytes typed */
};

/* When, and after how much of the console. */
struct typed_moment {
	int64_t at_ms;
	uint64_t console;
};

void typed_init(struct typed *t, const char *dir);
void typed_close(struct typed *t);

/* Bytes that the line took; none are no news. ERR_IO. */
int typed_add(struct typed *t, struct typed_moment when, const void *bytes, size_t n, struct err *e);

/* WHAT was done. ERR_IO. */
int typed_mark(struct typed *t, struct typed_moment when, const char *what, struct err *e);

#endif
