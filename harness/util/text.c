#include "util/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/utf8.h"

#define AMONG(cp, spans) utf8_among(cp, spans, sizeof(spans) / sizeof(spans)[0])

size_t text_bad_byte(const char *text, size_t n)
{
	static const struct utf8_span bad[] = {{0x00, 0x08}, {0x0b, 0x0c}, {0x0e, 0x1f}, {0x7f, 0x7f}};
	size_t i = 0, len;
	uint32_t cp;

	for (; i < n; i += len) {
		len = utf8_decode(text + i, n - i, &cp);
		if (!len || AMONG(cp, bad))
			break;
	}
	return i;
}

/* C0, DEL, C1; and the marks, embeddings and isolates that turn the direction of writing (UAX #9). */
static bool is_unprintable(uint32_t cp)
{
	static const struct utf8_span spans[] = {
		{0x00, 0x1f}, {0x7f, 0x9f}, {0x61c, 0x61c}, {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069},
	};

	return cp != '\t' && AMONG(cp, spans);
}

/* https://www.w3.org/TR/xml/#charsets; C1 controls are allowed there but discouraged. */
static bool is_no_xml(uint32_t cp)
{
	static const struct utf8_span spans[] = {
		{0x00, 0x08}, {0x0b, 0x0c}, {0x0d, 0x1f}, {0x7f, 0x9f}, {0xfffe, 0xffff},
	};

	return AMONG(cp, spans);
}

/* What to do with one character: take it as it is, leave it out, or spell it out. */
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

/* How many plain characters of ASCII stand at the beginning: no judge minds those, and nearly all are. */
static size_t plain(const char *p, const char *end)
{
	const char *from = p;

	while (p < end && *p >= ' ' && *p < 0x7f)
		p++;
	return (size_t)(p - from);
}

/* A judge also gets the byte behind the character, 0 at the end. */
static void add_judged(struct buf *out, const char *p, size_t n, enum taking (*judge)(uint32_t cp, char next))
{
	for (const char *end = p + n; p < end;) {
		size_t len = plain(p, end);
		uint32_t cp = 0;
		enum taking taking = TAKE;

		if (!len) {
			len = utf8_decode(p, (size_t)(end - p), &cp);
			taking = len ? judge(cp, p + len < end ? p[len] : '\0') : SPELL_OUT;
		}
		if (!len)
			buf_printf(out, "\\x%02x", (unsigned char)*p);
		else if (taking == SPELL_OUT)
			spell_out(out, cp);
		else if (taking == TAKE)
			buf_add(out, p, len);
		p += len ? len : 1;
	}
}

static enum taking judge_utf8(uint32_t cp, char next)
{
	(void)next;
	return cp ? TAKE : SPELL_OUT;
}

static enum taking judge_line(uint32_t cp, char next)
{
	(void)next;
	return is_unprintable(cp) ? SPELL_OUT : TAKE;
}

static enum taking judge_lines(uint32_t cp, char next)
{
	if (cp == '\r' && next == '\n')
		return LEAVE_OUT;
	return cp == '\n' ? TAKE : judge_line(cp, next);
}

static enum taking judge_xml(uint32_t cp, char next)
{
	(void)next;
	return is_no_xml(cp) ? LEAVE_OUT : TAKE;
}

void text_add_utf8(struct buf *out, const void *bytes, size_t n)
{
	add_judged(out, bytes, n, judge_utf8);
}

void text_add_line(struct buf *out, const char *s)
{
	add_judged(out, s, strlen(s), judge_line);
}

const char *text_clean(const char *s, struct arena *a)
{
	struct buf out;

	if (!s)
		return NULL;
	buf_init(&out);
	text_add_line(&out, s);
	s = arena_strndup(a, out.data ? out.data : "", out.len);
	buf_finish(&out);
	return s;
}

void text_add_lines(struct buf *out, const void *bytes, size_t n)
{
	add_judged(out, bytes, n, judge_lines);
}

void text_add_xml(struct buf *out, const char *s)
{
	add_judged(out, s, strlen(s), judge_xml);
}

void text_add_shortened(struct buf *out, const char *s, size_t columns)
{
	size_t n = strlen(s);

	if (utf8_within(s, n, columns) == n) {
		buf_add(out, s, n);
		return;
	}
	buf_add(out, s, utf8_within(s, n, columns ? columns - 1 : 0));
	buf_adds(out, "…");
}

void text_add_path(struct buf *out, const char *path)
{
	char *here = getcwd(NULL, 0);
	size_t n = here ? strlen(here) : 0;

	if (n > 1 && strncmp(path, here, n) == 0 && path[n] == '/')
		path += n + 1;
	text_add_line(out, path);
	free(here);
}

size_t text_last_lines(const char *text, size_t n, int lines)
{
	size_t from = n && text[n - 1] == '\n' ? n - 1 : n;

	for (; from > 0; from--)
		if (text[from - 1] == '\n' && --lines == 0)
			break;
	return from;
}

char *text_quote(char out[TEXT_QUOTED], const char *text, size_t n)
{
	static const char cut[] = "...\"";
	const char *end = "\"";
	size_t used = 0, len;
	struct buf one = {0};
	uint32_t cp;

	out[used++] = '"';
	for (size_t i = 0; i < n; i += len ? len : 1) {
		len = utf8_decode(text + i, n - i, &cp);
		buf_clear(&one);
		add_judged(&one, text + i, len ? len : 1, judge_line);
		if (used + one.len + sizeof cut > TEXT_QUOTED) {
			end = cut;
			break;
		}
		memcpy(out + used, one.data, one.len);
		used += one.len;
	}
	buf_finish(&one);
	memcpy(out + used, end, strlen(end) + 1);
	return out;
}

const char *text_double_commas(struct arena *a, const char *s)
{
	char *out = arena_alloc(a, 2 * strlen(s) + 1), *p = out;

	for (; *s; s++) {
		if (*s == ',')
			*p++ = ',';
		*p++ = *s;
	}
	return out;
}
