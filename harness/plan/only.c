#include "plan/only.h"

#include <fnmatch.h>
#include <stdint.h>
#include <string.h>

bool only_is_glob(const char *text)
{
	return strpbrk(text, "*?[") != NULL;
}

/* A session's number in its name, or a glob of it. */
static bool is_repeat(const char *part)
{
	return strpbrk(part, "*?[") || (*part && strspn(part, "0123456789") == strlen(part));
}

static size_t dots_in(const char *text)
{
	size_t n = 0;

	for (; (text = strchr(text, '.')); text++)
		n++;
	return n;
}

/* Cuts the part behind the last dot off and returns it. */
static const char *last_part(char *text)
{
	char *dot = strrchr(text, '.');

	*dot = 0;
	return dot + 1;
}

/* Only the name of a variant may have dots in it: that of an image's file. */
bool only_split(const char *text, struct arena *a, struct only_parts *parts)
{
	size_t dots = dots_in(text);
	const char *last = strrchr(text, '.');
	bool has_repeat = dots >= 4 && is_repeat(last + 1);
	char *rest, *dot;

	memset(parts, 0, sizeof *parts);
	if (dots < 3)
		return false;
	rest = arena_strdup(a, text);
	if (has_repeat)
		parts->repeat = last_part(rest);
	parts->config = last_part(rest);
	parts->board = last_part(rest);
	dot = strchr(rest, '.');
	*dot = 0;
	parts->scenario = rest;
	parts->variant = dot + 1;
	return true;
}

bool only_means(const char *text, const char *session)
{
	const char *repeat = strrchr(session, '.');
	char without[1024];

	if (fnmatch(text, session, 0) == 0)
		return true;
	if (!repeat || (size_t)(repeat - session) >= sizeof without)
		return false;
	memcpy(without, session, (size_t)(repeat - session));
	without[repeat - session] = 0;
	return fnmatch(text, without, 0) == 0;
}

/* ---- the nearest ---- */

/* The length of the part that begins here; `*next` is where the next one does, NULL: it was the last. */
static size_t part_at(const char *at, const char **next)
{
	const char *dot = strchr(at, '.');

	*next = dot ? dot + 1 : NULL;
	return dot ? (size_t)(dot - at) : strlen(at);
}

/* Part by part: whole names are too long for it. SIZE_MAX: they have not the same number of parts. */
static size_t slips_between(const char *a, const char *b)
{
	size_t sum = 0;

	while (a && b) {
		const char *next_a, *next_b;
		size_t length_a = part_at(a, &next_a), length_b = part_at(b, &next_b);
		size_t slips = names_slips(a, length_a, b, length_b);

		if (slips == SIZE_MAX)
			return SIZE_MAX;
		sum += slips;
		a = next_a;
		b = next_b;
	}
	return a || b ? SIZE_MAX : sum;
}

const char *only_nearest(const char *text, struct names sessions)
{
	size_t fewest = strlen(text) / 4 + 2;
	const char *nearest = NULL;

	for (size_t i = 0; i < sessions.count; i++) {
		const char *name = sessions.at(sessions.ctx, i);
		size_t slips = slips_between(text, name);

		if (slips < fewest) {
			fewest = slips;
			nearest = name;
		}
	}
	return nearest;
}
