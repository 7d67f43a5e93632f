/* Time: monotonic for durations and deadlines, wall clock for people. */
#ifndef RUNTEST_UTIL_CLOCK_H
#define RUNTEST_UTIL_CLOCK_H

#include <stddef.h>
#include <stdint.h>

int64_t clock_us(void); /* monotonic microseconds */
int64_t clock_ms(void); /* monotonic milliseconds */

enum { CLOCK_ISO_SIZE = 32 };
/* "2026-01-31T23:58:12.345Z" (UTC) into out[CLOCK_ISO_SIZE]; returns out. */
char *clock_iso(char *out);

/* The inverse, milliseconds since 1970; with or without the fraction of a second. -1: NULL, or no such text. */
int64_t clock_iso_ms(const char *iso);

/* Milliseconds from now until `deadline_ms` for poll(2): 0 if passed, -1 for INT64_MAX (no deadline). */
int clock_poll_timeout(int64_t deadline_ms);

#endif
