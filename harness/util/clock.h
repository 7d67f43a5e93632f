/* Time: monotonic for durations and deadlines, wall clock for people. */
#ifndef RUNTEST_UTIL_CLOCK_H
#define RUNTEST_UTIL_CLOCK_H

#include <stddef.h>
#include <stdint.h>

int64_t clock_us(void); /* monotonic microseconds */
int64_t clock_ms(void); /* monotonic milliseconds, for deadlines: without those in which this process is known to have stood still */

/*
 * Where deadlines are for somebody else: a wait has ended that began at `begun_ms` and was to end at `due_ms` at the latest,
 * both of clock_ms. By how much it is later, beyond what a busy machine explains, this process was kept from running (a virtual
 * machine that was frozen, a host without a processor to spare): that time is none that anybody has let pass.
 */
void clock_woke(int64_t begun_ms, int64_t due_ms);
int64_t clock_stood_still_ms(void); /* how much that is so far */

enum { CLOCK_ISO_SIZE = 32 };
/* "2026-01-31T23:58:12.345Z" (UTC) into out[CLOCK_ISO_SIZE]; returns out. */
char *clock_iso(char *out);

/* The inverse, milliseconds since 1970; with or without the fraction of a second. -1: NULL, or no such text. */
int64_t clock_iso_ms(const char *iso);

/* Milliseconds from now until `deadline_ms` for poll(2): 0 if passed, -1 for INT64_MAX (no deadline). */
int clock_poll_timeout(int64_t deadline_ms);

#endif
