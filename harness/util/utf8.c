#include "util/utf8.h"

size_t utf8_decode(const char *s, size_t n, uint32_t *cp)
{
	static const struct {
		unsigned char mask, lead;
		uint32_t least;
	} form[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
	const unsigned char *p = (const unsigned char *)s;

	for (size_t len = 1; len <= 4; len++) {
		uint32_t c = p[0] & ~form[len - 1].mask;

		if ((p[0] & form[len - 1].mask) != form[len - 1].lead)
			continue;
		if (len > n)
			return 0;
		for (size_t i = 1; i < len; i++) {
			if ((p[i] & 0xc0) != 0x80)
				return 0;
			c = c << 6 | (p[i] & 0x3f);
		}
		*cp = c;
		return c < form[len - 1].least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? 0 : len;
	}
	return 0;
}

bool utf8_valid(const char *s, size_t n)
{
	size_t len;
	uint32_t cp;

	for (size_t i = 0; i < n; i += len) {
		len = utf8_decode(s + i, n - i, &cp);
		if (!len || !cp)
			return false;
	}
	return true;
}

bool utf8_among(uint32_t cp, const struct utf8_span *spans, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (cp >= spans[i].first && cp <= spans[i].last)
			return true;
	return false;
}

/* The blocks that terminals draw two columns wide, and those drawn on top of the character before. Coarse on purpose:
 * names in a project are ASCII, the rest only must not shift a column by much. */
static size_t width_of(uint32_t cp)
{
	static const struct utf8_span wide[] = {
		{0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff},
		{0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd},
	};
	static const struct utf8_span none[] = {{0x300, 0x36f}, {0x200b, 0x200d}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}};

	if (utf8_among(cp, none, sizeof none / sizeof none[0]))
		return 0;
	return utf8_among(cp, wide, sizeof wide / sizeof wide[0]) ? 2 : 1;
}

/* utf8_within, with the width that the beginning really has. */
static size_t measure(const char *s, size_t n, size_t columns, size_t *width)
{
	size_t i = 0;

	for (*width = 0; i < n;) {
		uint32_t cp = 0;
		size_t len = utf8_decode(s + i, n - i, &cp);
		size_t w = len ? width_of(cp) : 1;

		if (*width + w > columns)
			break;
		*width += w;
		i += len ? len : 1;
	}
	return i;
}

size_t utf8_width(const char *s, size_t n)
{
	size_t width;

	measure(s, n, SIZE_MAX, &width);
	return width;
}

size_t utf8_within(const char *s, size_t n, size_t columns)
{
	size_t width;

	return measure(s, n, columns, &width);
}
