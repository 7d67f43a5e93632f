#include "result/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One character at p (n >= 1 bytes left): its length with *cp set, or 0 when the bytes are no UTF-8. */
static size_t decode(const unsigned char *p, size_t n, uint32_t *cp)
{
	static const struct {
		unsigned char mask, lead;
		uint32_t least;
	} form[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};

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

bool text_is_utf8(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + n;
	uint32_t cp;

	while (p < end) {
		size_t len = *p && *p < 0x80 ? 1 : decode(p, (size_t)(end - p), &cp);

		if (!len || !*p)
			return false;
		p += len;
	}
	return true;
}

struct span {
	uint32_t first, last;
};

static bool among(uint32_t cp, const struct span *spans, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (cp >= spans[i].first && cp <= spans[i].last)
			return true;
	return false;
}

#define AMONG(cp, spans) among(cp, spans, sizeof(spans) / sizeof(spans)[0])

/* C0, DEL, C1; and the marks, embeddings and isolates that turn the direction of writing (UAX #9). */
static bool is_unprintable(uint32_t cp)
{
	static const struct span spans[] = {
		{0x00, 0x1f}, {0x7f, 0x9f}, {0x61c, 0x61c}, {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069},
	};

	return cp != '\t' && AMONG(cp, spans);
}

/* https://www.w3.org/TR/xml/#charsets; C1 controls are allowed there but discouraged. */
static bool is_no_xml(uint32_t cp)
{
	static const struct span spans[] = {
		{0x00, 0x08}, {0x0b, 0x0c}, {0x0d, 0x1f}, {0x7f, 0x9f}, {0xfffe, 0xffff},
	};

	return AMONG(cp, spans);
}

/* What to do with one character: take it as it is (0), leave it out, or spell it out. */
enum taking { TAKE, LEAVE_OUT, SPELL_OUT };

static void spell_out(struct buf *out, uint32_t cp)
{
	if (cp == '\n')
		buf_adds(out, "\\n");
	else if (cp < 0x80)
		buf_printf(out, "\\x%02x", (unsigned)cp);
	else
		buf_printf(out, "\\u{%x}", (unsigned)cp);
}

static void add_filtered(struct buf *out, const void *bytes, size_t n,
			 enum taking (*judge)(uint32_t cp, bool keep_lines), bool keep_lines)
{
	const unsigned char *p = bytes, *end = p + n;

	while (p < end) {
		uint32_t cp = 0;
		size_t len = decode(p, (size_t)(end - p), &cp);
		enum taking taking = len ? judge(cp, keep_lines) : SPELL_OUT;

		if (!len)
			buf_printf(out, "\\x%02x", *p);
		else if (taking == SPELL_OUT)
			spell_out(out, cp);
		else if (taking == TAKE)
			buf_add(out, p, len);
		p += len ? len : 1;
	}
}

static enum taking judge_utf8(uint32_t cp, bool keep_lines)
{
	(void)keep_lines;
	return cp ? TAKE : SPELL_OUT;
}

static enum taking judge_printable(uint32_t cp, bool keep_lines)
{
	if (cp == '\n' && keep_lines)
		return TAKE;
	return is_unprintable(cp) ? SPELL_OUT : TAKE;
}

static enum taking judge_xml(uint32_t cp, bool keep_lines)
{
	(void)keep_lines;
	return is_no_xml(cp) ? LEAVE_OUT : TAKE;
}

void text_add_utf8(struct buf *out, const void *bytes, size_t n)
{
	add_filtered(out, bytes, n, judge_utf8, true);
}

void text_add_printable(struct buf *out, const char *s, bool keep_lines)
{
	add_filtered(out, s, strlen(s), judge_printable, keep_lines);
}

void text_add_xml(struct buf *out, const char *s)
{
	add_filtered(out, s, strlen(s), judge_xml, true);
}

/* The blocks that terminals draw two columns wide, and those drawn on top of the character before. Coarse on purpose:
 * names in a project are ASCII, the rest only must not shift a column by much. */
static size_t width_of(uint32_t cp)
{
	static const struct span wide[] = {
		{0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff},
		{0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd},
	};
	static const struct span none[] = {{0x300, 0x36f}, {0x200b, 0x200d}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}};

	if (AMONG(cp, none))
		return 0;
	return AMONG(cp, wide) ? 2 : 1;
}

/* Bytes of the longest beginning of s that is at most `columns` wide; *width gets what it really is. */
static size_t bytes_within(const char *s, size_t columns, size_t *width)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + strlen(s);

	*width = 0;
	while (p < end) {
		uint32_t cp = 0;
		size_t len = decode(p, (size_t)(end - p), &cp);
		size_t w = len ? width_of(cp) : 1;

		if (*width + w > columns)
			break;
		*width += w;
		p += len ? len : 1;
	}
	return (size_t)((const char *)p - s);
}

size_t text_width(const char *s)
{
	size_t width;

	bytes_within(s, SIZE_MAX, &width);
	return width;
}

void text_add_shortened(struct buf *out, const char *s, size_t columns)
{
	size_t width, n = bytes_within(s, columns, &width);

	if (!s[n]) {
		buf_add(out, s, n);
		return;
	}
	n = bytes_within(s, columns ? columns - 1 : 0, &width);
	buf_add(out, s, n);
	buf_adds(out, "…");
}

void text_add_path(struct buf *out, const char *path)
{
	char *here = getcwd(NULL, 0);
	size_t n = here ? strlen(here) : 0;

	if (n > 1 && strncmp(path, here, n) == 0 && path[n] == '/')
		path += n + 1;
	text_add_printable(out, path, false);
	free(here);
}
