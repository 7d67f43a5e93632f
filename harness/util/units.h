/* Durations and sizes as people write them: "500ms", "5s", "2m", "1h"; "4K", "64M", "2G", "0x1000". */
#ifndef RUNTEST_UTIL_UNITS_H
#define RUNTEST_UTIL_UNITS_H

#include <stdint.h>

/* Milliseconds; a bare number is refused, because nobody agrees on its unit. -1 if text is no duration or too long. */
int units_duration_ms(const char *text, int64_t *ms);

/* Bytes (K, M, G are powers of 1024; decimal or 0x). -1 if text is no size or overflows. */
int units_size(const char *text, uint64_t *bytes);

/* "1.5s", "230ms" into out; returns out. */
char *units_duration_text(int64_t ms, char out[24]);

#endif
