#include "proto/jsonpath.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

/* A step of the path: a key, or a place in an array. */
struct step {
	const char *key; /* key_len bytes; NULL: `place` counts */
	size_t key_len;
	size_t place;
	const char *end; /* where the next step begins */
};

/* Letters, digits, what is common in names besides, and all that is not ASCII. */
static bool in_name(char c)
{
	return (unsigned char)c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

static bool dot_step(const char *at, struct step *s)
{
	const char *p = at + 1;

	while (in_name(*p))
		p++;
	*s = (struct step){.key = at + 1, .key_len = (size_t)(p - at - 1), .end = p};
	return s->key_len > 0;
}

static bool quoted_step(const char *at, struct step *s)
{
	char quote = at[1];
	const char *end = strchr(at + 2, quote);

	if (!end || end[1] != ']')
		return false;
	*s = (struct step){.key = at + 2, .key_len = (size_t)(end - at - 2), .end = end + 2};
	return s->key_len > 0 && !memchr(s->key, '\\', s->key_len);
}

static bool place_step(const char *at, struct step *s)
{
	size_t digits = strspn(at + 1, "0123456789");

	if (!digits || digits > 6 || at[1 + digits] != ']')
		return false;
	*s = (struct step){.place = (size_t)strtoul(at + 1, NULL, 10), .end = at + digits + 2};
	return true;
}

static bool next_step(const char *at, struct step *s)
{
	if (*at == '.')
		return dot_step(at, s);
	if (*at != '[')
		return false;
	return at[1] == '"' || at[1] == '\'' ? quoted_step(at, s) : place_step(at, s);
}

int jsonpath_check(const char *path, struct err *e)
{
	const char *at = path + 1;
	struct step s;

	if (path[0] != '$')
		return err_set(e, ERR_CONFIG, "a JSON path begins with $");
	if (strlen(path) > JSONPATH_MAX)
		return err_set(e, ERR_CONFIG, "a JSON path has at most %d bytes", JSONPATH_MAX);
	for (; *at; at = s.end)
		if (!next_step(at, &s)) {
			char quoted[TEXT_QUOTED];

			return err_set(e, ERR_CONFIG, "expected .KEY, [\"KEY\"] or [NUMBER] at %s",
				       text_quote(quoted, at, strlen(at)));
		}
	return 0;
}

static const json_t *follow(const json_t *from, const struct step *s)
{
	const char *key;
	json_t *value;

	if (!s->key)
		return json_array_get(from, s->place);
	json_object_foreach((json_t *)from, key, value)
		if (strlen(key) == s->key_len && memcmp(key, s->key, s->key_len) == 0)
			return value;
	return NULL;
}

static int add_value(const json_t *value, const char *path, struct buf *out, struct err *e)
{
	char *text;

	if (json_is_object(value) || json_is_array(value))
		return err_set(e, ERR_INFRA, "%s is no single value, but %s", path,
			       json_is_array(value) ? "an array" : "an object");
	if (json_is_string(value)) {
		buf_add(out, json_string_value(value), json_string_length(value));
		return 0;
	}
	text = json_dumps(value, JSON_ENCODE_ANY);
	if (!text)
		return err_set(e, ERR_INFRA, "%s cannot be written down", path);
	buf_adds(out, text);
	free(text);
	return 0;
}

static int find(const json_t *root, const char *path, struct buf *out, struct err *e)
{
	const json_t *here = root;
	const char *at = path + 1;
	struct step s;

	for (; *at; at = s.end) {
		if (!next_step(at, &s))
			return err_set(e, ERR_INFRA, "%s is no JSON path", path);
		here = follow(here, &s);
		if (!here)
			return err_set(e, ERR_INFRA, "there is no %.*s in it", (int)(s.end - path), path);
	}
	return add_value(here, path, out, e);
}

int jsonpath_find(const char *json, size_t n, const char *path, struct buf *out, struct err *e)
{
	json_error_t why;
	json_t *root = json_loadb(json, n, JSON_DECODE_ANY | JSON_ALLOW_NUL, &why);
	int rc;

	if (!root)
		return err_set(e, ERR_INFRA, "it is no JSON (%s)", why.text);
	rc = find(root, path, out, e);
	json_decref(root);
	return rc;
}
