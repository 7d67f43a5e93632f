#include "util/jsoncut.h"

#include <string.h>

/* What is left to read. */
struct cursor {
	const char *p, *end;
};

static void skip_space(struct cursor *c)
{
	while (c->p < c->end && (*c->p == ' ' || *c->p == '\t' || *c->p == '\n' || *c->p == '\r'))
		c->p++;
}

static bool take(struct cursor *c, char want)
{
	skip_space(c);
	if (c->p == c->end || *c->p != want)
		return false;
	c->p++;
	return true;
}

/* Behind the string that begins here. Most are short, so that a plain loop is the quickest. */
static bool skip_string(struct cursor *c)
{
	const char *p = c->p + 1;

	while (p < c->end && *p != '"')
		p += *p == '\\' ? 2 : 1;
	if (p >= c->end)
		return false;
	c->p = p + 1;
	return true;
}

/* Behind the bracket that closes the one here. */
static bool skip_nested(struct cursor *c)
{
	/* Nearly all that is passed over here are numbers, commas and colons. */
	static const bool tells[256] = {['"'] = true, ['{'] = true, ['}'] = true, ['['] = true, [']'] = true};
	size_t depth = 0;

	for (;;) {
		char at;

		while (c->p < c->end && !tells[(unsigned char)*c->p])
			c->p++;
		if (c->p == c->end)
			return false;
		at = *c->p;
		if (at == '"') {
			if (!skip_string(c))
				return false;
			continue;
		}
		c->p++;
		if (at == '{' || at == '[')
			depth++;
		else if (--depth == 0)
			return true;
	}
}

static bool skip_value(struct cursor *c)
{
	const char *from;

	skip_space(c);
	if (c->p == c->end)
		return false;
	if (*c->p == '"')
		return skip_string(c);
	if (*c->p == '{' || *c->p == '[')
		return skip_nested(c);
	from = c->p;
	while (c->p < c->end && !strchr(",}] \t\r\n", *c->p))
		c->p++;
	return c->p > from;
}

struct member {
	struct jsoncut_span whole, key, value; /* whole: from the key's quote to the value's end */
};

/* Up to the value of the object's next member; *first is true in front of the first one. 0: there is none; -1: this is
 * no object. */
static int next_key(struct cursor *c, bool *first, struct member *m)
{
	if (take(c, '}'))
		return 0;
	if (!*first && !take(c, ','))
		return -1;
	*first = false;
	skip_space(c);
	m->whole.text = c->p;
	if (c->p == c->end || *c->p != '"' || !skip_string(c))
		return -1;
	m->key = (struct jsoncut_span){m->whole.text + 1, (size_t)(c->p - m->whole.text) - 2};
	if (!take(c, ':'))
		return -1;
	skip_space(c);
	m->value.text = c->p;
	return 1;
}

static int next_member(struct cursor *c, bool *first, struct member *m)
{
	int rc = next_key(c, first, m);

	if (rc <= 0)
		return rc;
	if (!skip_value(c))
		return -1;
	m->value.n = (size_t)(c->p - m->value.text);
	m->whole.n = (size_t)(c->p - m->whole.text);
	return 1;
}

static bool is_key(const struct member *m, const char *key)
{
	return strlen(key) == m->key.n && memcmp(key, m->key.text, m->key.n) == 0;
}

struct jsoncut_span jsoncut_member(struct jsoncut_span object, const char *key)
{
	struct cursor c = {object.text, object.text + object.n};
	struct member m;
	bool first = true;

	if (!object.text || !take(&c, '{'))
		return (struct jsoncut_span){NULL, 0};
	while (next_member(&c, &first, &m) == 1)
		if (is_key(&m, key))
			return m.value;
	return (struct jsoncut_span){NULL, 0};
}

static bool is_among(const struct member *m, const char *const *keys)
{
	for (; *keys; keys++)
		if (is_key(m, *keys))
			return true;
	return false;
}

/* Appends the object that begins here, and goes behind it. */
static bool add_without(struct buf *out, struct cursor *c, const char *const *keys)
{
	struct member m;
	bool first = true;
	const char *between = "{";
	int rc;

	if (!take(c, '{'))
		return false;
	while ((rc = next_member(c, &first, &m)) == 1) {
		if (is_among(&m, keys))
			continue;
		buf_adds(out, between);
		buf_add(out, m.whole.text, m.whole.n);
		between = ",";
	}
	buf_adds(out, *between == '{' ? "{}" : "}");
	return rc == 0;
}

bool jsoncut_without(struct buf *out, struct jsoncut_span object, const char *const *keys)
{
	struct cursor c = {object.text, object.text + object.n};

	if (!object.text || !add_without(out, &c, keys))
		return false;
	skip_space(&c);
	return c.p == c.end;
}

bool jsoncut_without_inside(struct buf *out, struct jsoncut_span object, const char *key, const char *const *keys,
			    struct jsoncut_span *inner)
{
	struct cursor c = {object.text, object.text + object.n};
	const char *copied = object.text;
	struct member m;
	bool first = true;
	int rc;

	*inner = (struct jsoncut_span){NULL, 0};
	if (!object.text || !take(&c, '{'))
		return false;
	while ((rc = next_key(&c, &first, &m)) == 1) {
		if (inner->text || !is_key(&m, key)) {
			if (!skip_value(&c))
				return false;
			continue;
		}
		buf_add(out, copied, (size_t)(m.value.text - copied));
		if (!add_without(out, &c, keys))
			return false;
		copied = c.p;
		*inner = (struct jsoncut_span){m.value.text, (size_t)(c.p - m.value.text)};
	}
	buf_add(out, copied, (size_t)(c.end - copied));
	skip_space(&c);
	return rc == 0 && inner->text && c.p == c.end;
}
