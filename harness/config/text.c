#include "config/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Length of the well-formed UTF-8 sequence at p (Unicode 15, table 3-7), or 0. */
static size_t sequence_length(const unsigned char *p, size_t n)
{
	static const struct {
		unsigned char first, last; /* of the lead byte */
		unsigned char low, high;   /* of the byte behind it */
		size_t length;
	} forms[] = {
		{0x00, 0x7f, 0x00, 0x00, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
		{0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
		{0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
	};
	size_t f = 0;

	while (f < sizeof forms / sizeof forms[0] && (p[0] < forms[f].first || p[0] > forms[f].last))
		f++;
	if (f == sizeof forms / sizeof forms[0] || n < forms[f].length)
		return 0;
	if (forms[f].length > 1 && (p[1] < forms[f].low || p[1] > forms[f].high))
		return 0;
	for (size_t i = 2; i < forms[f].length; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return forms[f].length;
}

static bool is_control(unsigned char c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
}

size_t text_bad_byte(const char *text, size_t n)
{
	size_t i = 0, length;

	while (i < n) {
		length = sequence_length((const unsigned char *)text + i, n - i);
		if (!length || is_control((unsigned char)text[i]))
			return i;
		i += length;
	}
	return n;
}

/* One character as it stands between quotes, into out; returns its printed length. */
static size_t quote_character(char out[8], const unsigned char *p, size_t length)
{
	if (!length || p[0] < 0x20 || p[0] == 0x7f)
		return (size_t)snprintf(out, 8, p[0] == '\n' ? "\\n" : "\\x%02x", p[0]);
	memcpy(out, p, length);
	return length;
}

char *text_quote(char out[TEXT_QUOTED], const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text;
	static const char cut[] = "...\"";
	size_t used = 0, length, printed;
	char one[8];

	out[used++] = '"';
	for (size_t i = 0; i < n; i += length ? length : 1) {
		length = sequence_length(p + i, n - i);
		printed = quote_character(one, p + i, length);
		if (used + printed + sizeof cut > TEXT_QUOTED) {
			memcpy(out + used, cut, sizeof cut);
			return out;
		}
		memcpy(out + used, one, printed);
		used += printed;
	}
	out[used++] = '"';
	out[used] = '\0';
	return out;
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

const char *text_nearest(const char *word, size_t count, const char *(*word_at)(const void *ctx, size_t i),
			 const void *ctx)
{
	size_t length = strlen(word), fewest = length / 3 + 2, n;
	const char *nearest = NULL, *other;

	if (!length || length > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		other = word_at(ctx, i);
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
