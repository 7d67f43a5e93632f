#include "util/template.h"

#include <inttypes.h>
#include <string.h>

/* The next variable from `at` on: where its "${" begins, and how long its name is; n: there is none. */
static size_t next(const char *text, size_t n, size_t at, size_t *length)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";

	for (; at + 3 < n; at++) {
		const char *name = text + at + 2;
		size_t k = 0;

		if (text[at] != '$' || text[at + 1] != '{' || name[0] < 'a' || name[0] > 'z')
			continue;
		while (at + 2 + k < n && name[k] && strchr(letters, name[k]))
			k++;
		if (at + 2 + k < n && name[k] == '}') {
			*length = k;
			return at;
		}
	}
	return n;
}

/* Its value; false: nobody knows it. */
static bool find(struct variables known, const char *name, size_t length, int64_t *value)
{
	for (size_t i = known.count; i > 0; i--) {
		if (strlen(known.items[i - 1].name) != length || memcmp(known.items[i - 1].name, name, length) != 0)
			continue;
		*value = known.items[i - 1].value;
		return true;
	}
	return false;
}

void template_fill(struct buf *out, const char *text, size_t n, struct variables known)
{
	size_t length = 0, at = 0, found;
	int64_t value;

	for (; (found = next(text, n, at, &length)) < n; at = found + length + 3) {
		buf_add(out, text + at, found - at);
		if (find(known, text + found + 2, length, &value))
			buf_printf(out, "%" PRId64, value);
		else
			buf_add(out, text + found, length + 3);
	}
	buf_add(out, text + at, n - at);
}

const char *template_unknown(const char *text, size_t n, struct variables known, size_t *length)
{
	int64_t value;

	for (size_t at = 0, found; (found = next(text, n, at, length)) < n; at = found + *length + 3)
		if (!find(known, text + found + 2, *length, &value))
			return text + found + 2;
	return NULL;
}

bool template_has_variable(const char *text, size_t n)
{
	size_t length;

	return next(text, n, 0, &length) < n;
}
