#include "farm/wallclock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MS_DIGITS = 3 };

int64_t wallclock_ms_of(struct timespec t)
{
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t wallclock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return wallclock_ms_of(now);
}

char *wallclock_text(int64_t ms, char out[CLOCK_ISO_SIZE])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;
	char date[CLOCK_ISO_SIZE];

	gmtime_r(&seconds, &tm);
	strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out, CLOCK_ISO_SIZE, "%.20s.%03dZ", date, (int)(ms % 1000));
	return out;
}

int wallclock_parse(const char *text, int64_t *ms)
{
	struct tm tm = {0};
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	char *end;
	long fraction;

	if (!rest || *rest != '.' || strspn(rest + 1, "0123456789") != MS_DIGITS)
		return -1;
	fraction = strtol(rest + 1, &end, 10);
	if (strcmp(end, "Z") != 0)
		return -1;
	*ms = (int64_t)timegm(&tm) * 1000 + fraction;
	return *ms < 0 ? -1 : 0;
}

char *wallclock_span(int64_t ms, char out[WALLCLOCK_SPAN])
{
	static const struct {
		int64_t ms;
		const char *name;
	} units[] = {{3600000, "h"}, {60000, "m"}, {1000, "s"}, {1, "ms"}};
	size_t i = 0;

	while (ms % units[i].ms)
		i++;
	snprintf(out, WALLCLOCK_SPAN, "%" PRId64 "%s", ms / units[i].ms, units[i].name);
	return out;
}
