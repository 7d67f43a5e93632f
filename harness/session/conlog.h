/*
 * The console's log: every byte raw in console.log, and beside it console.idx, which says when each stretch came: lines
 * "OFFSET MICROSECONDS" (since power-on), so that any line of the log has a time, to the millisecond. Reads less than
 * CONLOG_STEP_US apart share a line: a board that sends byte by byte would make the index larger than the log.
 *
 * A line "OFFSET MICROSECONDS stale" begins a stretch that was on the line before power went on: it is none of what the
 * board said since then. Before the first power-on its time is negative.
 */
#ifndef RUNTEST_SESSION_CONLOG_H
#define RUNTEST_SESSION_CONLOG_H

#include <stdint.h>

#include "util/buf.h"
#include "util/err.h"

enum { CONLOG_STEP_US = 500 };

struct conlog {
	int log_fd, index_fd;
	uint64_t size;     /* bytes logged */
	int64_t indexed_us; /* time of the last line in the index; -1: none */
	struct buf recent; /* the last bytes, for the tail in a report */
};

/* Create both files in dir. ERR_IO. */
int conlog_open(struct conlog *l, const char *dir, struct err *e);
void conlog_close(struct conlog *l);

/* Bytes that came `at_us` microseconds after power-on. On a full disk: ERR_IO, and the session cannot go on. */
int conlog_add(struct conlog *l, const void *bytes, size_t n, int64_t at_us, struct err *e);

/* Bytes that came when all was over, such as those of a firmware that was asked what is in RAM: no tail of a report has
 * them. */
int conlog_add_aside(struct conlog *l, const void *bytes, size_t n, int64_t at_us, struct err *e);

/* Bytes that were there before power went on, all that have come since the last call; `at_us` is when the first came. */
int conlog_add_stale(struct conlog *l, const void *bytes, size_t n, int64_t at_us, struct err *e);

/* The last `lines` lines, fit for a terminal (text_add_lines in util/text.h); malloc'd. */
char *conlog_tail(const struct conlog *l, int lines);

#endif
