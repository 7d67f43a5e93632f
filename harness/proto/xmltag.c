#include "proto/xmltag.h"

#include <ctype.h>
#include <string.h>

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_' || c == ':';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Where the tag ends: at its ">", or n. Quotes hold ">" back, but only such as are closed on this line. */
static size_t end_of(const char *line, size_t from, size_t n)
{
	for (size_t i = from; i < n; i++) {
		const char *closed = line[i] == '"' || line[i] == '\'' ? memchr(line + i + 1, line[i], n - i - 1) : NULL;

		if (closed)
			i = (size_t)(closed - line);
		else if (line[i] == '>')
			return i;
	}
	return n;
}

bool xml_tag_read(struct xml_tag *t, const char *line, size_t n)
{
	size_t at, end;

	memset(t, 0, sizeof *t);
	if (n < 2 || line[0] != '<')
		return false;
	t->closing = line[1] == '/';
	at = t->closing ? 2 : 1;
	t->name = line + at;
	while (at < n && is_name(line[at]))
		at++;
	t->name_len = (size_t)(line + at - t->name);
	if (!t->name_len || (at < n && !is_blank(line[at]) && line[at] != '>' && line[at] != '/'))
		return false;
	end = end_of(line, at, n);
	t->cut = end == n;
	t->len = t->cut ? n : end + 1;
	t->empty = !t->cut && end > at && line[end - 1] == '/';
	t->attributes = line + at;
	t->attributes_len = end - at - t->empty;
	return true;
}

bool xml_tag_is(const struct xml_tag *t, const char *name)
{
	return t->name_len == strlen(name) && memcmp(t->name, name, t->name_len) == 0;
}

bool xml_tag_attribute(const struct xml_tag *t, const char *name, char *out, size_t size)
{
	const char *p = t->attributes, *end = p + t->attributes_len;
	size_t len = strlen(name);

	while (p < end) {
		const char *key, *value, *closed;
		size_t key_len;

		while (p < end && !is_name(*p))
			p++;
		key = p;
		while (p < end && is_name(*p))
			p++;
		key_len = (size_t)(p - key);
		if (end - p < 2 || *p != '=' || (p[1] != '"' && p[1] != '\''))
			continue;
		value = p + 2;
		closed = memchr(value, p[1], (size_t)(end - value));
		if (!closed)
			return false;
		p = closed + 1;
		if (key_len == len && memcmp(key, name, len) == 0) {
			xml_text(out, size, value, (size_t)(closed - value));
			return true;
		}
	}
	return false;
}

/* One character, or an entity that stands for one: how many bytes it took. */
static size_t character(char *out, const char *text, size_t n)
{
	static const struct {
		const char *name;
		char is;
	} entities[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};

	for (size_t i = 0; *text == '&' && i < sizeof entities / sizeof entities[0]; i++) {
		size_t len = strlen(entities[i].name);

		if (n >= len && memcmp(text, entities[i].name, len) == 0) {
			*out = entities[i].is;
			return len;
		}
	}
	*out = *text;
	return 1;
}

size_t xml_text(char *out, size_t size, const char *text, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n && len + 1 < size; len++)
		i += character(&out[len], text + i, n - i);
	out[len] = '\0';
	return len;
}
