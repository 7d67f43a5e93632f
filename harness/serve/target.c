#include "serve/target.h"

#include <string.h>

#include "util/text.h"

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Bytes that stand for themselves in a target; some that RFC 3986 wants escaped do no harm, and people type them. */
static bool is_plain(char c)
{
	return c > ' ' && c != 0x7f && !strchr("\"<>\\^`{|}#", c);
}

/* Decoded text of n bytes, from the arena; NULL: it has what no text may have. `plus`: a '+' is a blank. */
static char *decode(const char *text, size_t n, bool plus, struct arena *a)
{
	char *out = arena_alloc(a, n + 1);
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		int high, low; /* "%4a": its digits */

		if (text[i] != '%') {
			if (!is_plain(text[i]))
				return NULL;
			out[k++] = plus && text[i] == '+' ? ' ' : text[i];
			continue;
		}
		high = i + 2 < n ? digit(text[i + 1]) : -1;
		low = i + 2 < n ? digit(text[i + 2]) : -1;
		if (high < 0 || low < 0)
			return NULL;
		out[k++] = (char)(high << 4 | low);
		i += 2;
	}
	out[k] = '\0';
	for (size_t i = 0; i < k; i++)
		if ((unsigned char)out[i] < ' ' || out[i] == 0x7f)
			return NULL;
	return text_bad_byte(out, k) == k ? out : NULL;
}

static bool is_dots(const char *s)
{
	return strcmp(s, ".") == 0 || strcmp(s, "..") == 0;
}

bool target_is_name(const char *name)
{
	size_t n = strlen(name);

	return n && n <= 255 && name[0] != '.' && !strpbrk(name, "/\\") && text_bad_byte(name, n) == n &&
	       !strpbrk(name, "\t\r\n");
}

static int parse_path(struct target *t, const char *text, size_t n, struct arena *a)
{
	size_t at = 1;

	if (!n || text[0] != '/')
		return -1;
	while (at < n) {
		const char *slash = memchr(text + at, '/', n - at);
		size_t length = slash ? (size_t)(slash - text) - at : n - at;
		char *segment = t->count < TARGET_SEGMENTS_MAX ? decode(text + at, length, false, a) : NULL;

		if (!segment || !*segment || is_dots(segment) || strpbrk(segment, "/\\"))
			return -1;
		t->segments[t->count++] = segment;
		at += length + 1;
	}
	t->folder = text[n - 1] == '/';
	return 0;
}

static int parse_query(struct target *t, const char *text, struct arena *a)
{
	while (*text) {
		size_t n = strcspn(text, "&"), name = strcspn(text, "=&");
		struct target_value v = {0};

		if (n) {
			v.name = decode(text, name, true, a);
			v.value = name < n ? decode(text + name + 1, n - name - 1, true, a) : "";
			if (!v.name || !v.value || t->value_count == TARGET_VALUES_MAX)
				return -1;
			t->values[t->value_count++] = v;
		}
		text += n + (text[n] == '&');
	}
	return 0;
}

int target_parse(struct target *t, const char *text, struct arena *a)
{
	size_t n = strlen(text), path = strcspn(text, "?");

	*t = (struct target){.count = 0};
	if (n > TARGET_LENGTH_MAX || parse_path(t, text, path, a) < 0)
		return -1;
	return text[path] ? parse_query(t, text + path + 1, a) : 0;
}

const char *target_value(const struct target *t, const char *name)
{
	for (size_t i = 0; i < t->value_count; i++)
		if (strcmp(t->values[i].name, name) == 0)
			return t->values[i].value;
	return NULL;
}
