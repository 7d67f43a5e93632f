/* The time of day in numbers: leases outlive processes and are read by people, so that they end by the wall clock. */
#ifndef RUNTEST_FARM_WALLCLOCK_H
#define RUNTEST_FARM_WALLCLOCK_H

#include <stdint.h>
#include <time.h>

#include "util/clock.h"

int64_t wallclock_ms(void); /* since 1970 */
int64_t wallclock_ms_of(struct timespec t);

/* As clock_iso() writes it; returns out. */
char *wallclock_text(int64_t ms, char out[CLOCK_ISO_SIZE]);

/* Read that again, to the millisecond; -1 when it is nothing of the kind. */
int wallclock_parse(const char *text, int64_t *ms);

enum { WALLCLOCK_SPAN = 32 };

/* "8h", "90m", "500ms", as units_duration_ms() reads it; returns out. */
char *wallclock_span(int64_t ms, char out[WALLCLOCK_SPAN]);

#endif
