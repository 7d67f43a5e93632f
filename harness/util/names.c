#include "util/names.h"

#include <fnmatch.h>
#include <stdint.h>
#include <string.h>

bool names_match(const char *const *globs, const char *name)
{
	for (; globs && *globs; globs++)
		if (fnmatch(*globs, name, 0) == 0)
			return true;
	return false;
}

bool names_have(struct names names, const char *glob)
{
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.at(names.ctx, i);

		if (name && fnmatch(glob, name, 0) == 0)
			return true;
	}
	return false;
}

enum { WORD_MAX = 48 };

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Slips between two words: letters put in, left out, replaced, or neighbours swapped. */
static size_t slips(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t d[WORD_MAX + 1][WORD_MAX + 1];

	for (size_t i = 0; i <= a_len; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= b_len; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		for (size_t j = 1; j <= b_len; j++) {
			d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[a_len][b_len];
}

size_t names_slips(const char *word, size_t a, const char *other, size_t b)
{
	return a > WORD_MAX || b > WORD_MAX ? SIZE_MAX : slips(word, a, other, b);
}

const char *names_nearest(struct names names, const char *word)
{
	size_t length = strlen(word), fewest = length / 3 + 2, n;
	const char *nearest = NULL, *other;

	if (!length || length > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < names.count; i++) {
		other = names.at(names.ctx, i);
		if (!other || strlen(other) > WORD_MAX)
			continue;
		n = slips(word, length, other, strlen(other));
		if (n < fewest && n < strlen(other)) {
			fewest = n;
			nearest = other;
		}
	}
	return nearest;
}
