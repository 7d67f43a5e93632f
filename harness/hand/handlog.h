/*
 * The log of a console that a person has open: every byte raw in UNIT-DATE.log, and beside it UNIT-DATE.idx, in the
 * format of a session's console.idx: lines "OFFSET MICROSECONDS" since the console was opened, and "... stale" where a
 * stretch begins that was on the line before.
 */
#ifndef RUNTEST_HAND_HANDLOG_H
#define RUNTEST_HAND_HANDLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

struct handlog {
	char *path; /* of the log */
	int log_fd, index_fd;
	uint64_t size;
	int64_t begun_us, indexed_us; /* clock_us() of the beginning; time of the last line in the index, -1: none */
	bool stale;                   /* the stretch that the index is in */
};

/* Fresh files below `folder`, which is made when it is not there. ERR_IO. Close it in either case. */
int handlog_open(struct handlog *l, const char *folder, const char *unit, struct err *e);
void handlog_close(struct handlog *l);

int handlog_add(struct handlog *l, const void *bytes, size_t n, bool stale, struct err *e);

#endif
