#include "util/clock.h"

#include <limits.h>
#include <stdio.h>
#include <time.h>

int64_t clock_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t stood_still_ms;

int64_t clock_ms(void)
{
	return clock_us() / 1000 - stood_still_ms;
}

void clock_woke(int64_t begun_ms, int64_t due_ms)
{
	enum { USUAL_MS = 200 };
	int64_t late = clock_ms() - (due_ms > begun_ms ? due_ms : begun_ms);

	if (late > USUAL_MS)
		stood_still_ms += late;
}

int64_t clock_stood_still_ms(void)
{
	return stood_still_ms;
}

char *clock_iso(char *out)
{
	struct timespec t;
	struct tm tm;
	size_t n;

	clock_gettime(CLOCK_REALTIME, &t);
	gmtime_r(&t.tv_sec, &tm);
	n = strftime(out, CLOCK_ISO_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out + n, CLOCK_ISO_SIZE - n, ".%03dZ", (int)(t.tv_nsec / 1000000));
	return out;
}

int64_t clock_iso_ms(const char *iso)
{
	struct tm tm = {0};
	const char *rest = iso ? strptime(iso, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
	int ms = 0;

	if (!rest)
		return -1;
	if (*rest == '.' && sscanf(rest, ".%3dZ", &ms) != 1)
		return -1;
	return (int64_t)timegm(&tm) * 1000 + ms;
}

int clock_poll_timeout(int64_t deadline_ms)
{
	int64_t left;

	if (deadline_ms == INT64_MAX)
		return -1;
	left = deadline_ms - clock_ms();
	if (left <= 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}
