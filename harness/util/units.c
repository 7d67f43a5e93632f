#include "util/units.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int number(const char *text, const char **end, uint64_t *value)
{
	char *stop;

	if (!isdigit((unsigned char)text[0]))
		return -1;
	errno = 0;
	*value = strtoull(text, &stop, text[0] == '0' && (text[1] | 0x20) == 'x' ? 16 : 10);
	*end = stop;
	return errno || stop == text ? -1 : 0;
}

int units_duration_ms(const char *text, int64_t *ms)
{
	static const struct {
		const char *name;
		int64_t ms;
	} unit[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
	const char *end;
	uint64_t n;

	if (number(text, &end, &n) < 0)
		return -1;
	for (size_t i = 0; i < sizeof unit / sizeof unit[0]; i++) {
		if (strcmp(end, unit[i].name) != 0)
			continue;
		if (n > (uint64_t)(INT64_MAX / unit[i].ms))
			return -1;
		*ms = (int64_t)n * unit[i].ms;
		return 0;
	}
	return -1;
}

int units_size(const char *text, uint64_t *bytes)
{
	static const char letters[] = "KMGT";
	const char *end, *letter;
	unsigned shift = 0;
	uint64_t n;

	if (number(text, &end, &n) < 0)
		return -1;
	if (*end) {
		letter = strchr(letters, *end);
		if (!letter || end[1])
			return -1;
		shift = 10 * (unsigned)(letter - letters + 1);
	}
	if (shift && n >> (64 - shift))
		return -1;
	*bytes = n << shift;
	return 0;
}

char *units_duration_text(int64_t ms, char out[24])
{
	if (ms < 1000)
		snprintf(out, 24, "%" PRId64 "ms", ms);
	else if (ms < 60000)
		snprintf(out, 24, "%" PRId64 ".%02" PRId64 "s", ms / 1000, ms % 1000 / 10);
	else
		snprintf(out, 24, "%" PRId64 "m%02" PRId64 "s", ms / 60000, ms / 1000 % 60);
	return out;
}
