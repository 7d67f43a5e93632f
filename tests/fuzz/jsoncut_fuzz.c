/* Members cut out of JSON without reading it: what jansson takes for an object must come out the same. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "util/jsoncut.h"

const unsigned fuzz_cost = 2;

static const char *const left_out[] = {"log", "b", "", NULL};
enum { INNER = 3 };
static const char *const inner_of[INNER] = {"in", "b", "a"};

/* A value alone is no document to older readers, so that it is read as one of any kind. */
static json_t *read_value(const char *text, size_t n)
{
	return json_loadb(text, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
}

static void same_value(const char *text, size_t n, const json_t *expected)
{
	json_t *got = read_value(text, n);

	if (!got || !json_equal(got, expected))
		abort();
	json_decref(got);
}

/* A key that is spelled with escapes is not found by its name: only there may one be missing. */
static void compare_member(struct jsoncut_span text, const json_t *object, const char *key, bool escapes)
{
	struct jsoncut_span found = jsoncut_member(text, key);
	const json_t *expected = json_object_get(object, key);

	if (found.text && !expected && !strchr(key, '\\'))
		abort();
	if (!found.text && expected && !escapes)
		abort();
	if (found.text && expected)
		same_value(found.text, found.n, expected);
}

static void compare_members(struct jsoncut_span text, json_t *object, bool escapes)
{
	const char *key;
	json_t *value;

	json_object_foreach (object, key, value)
		if (!strpbrk(key, "\\\""))
			compare_member(text, object, key, escapes);
	for (size_t i = 0; left_out[i]; i++)
		compare_member(text, object, left_out[i], escapes);
	for (size_t i = 0; i < INNER; i++)
		compare_member(text, object, inner_of[i], escapes);
}

/* Takes out of the object what has to be missing from the text. */
static void leave_out(struct jsoncut_span text, json_t *object)
{
	for (size_t i = 0; left_out[i]; i++)
		if (jsoncut_member(text, left_out[i]).text)
			json_object_del(object, left_out[i]);
}

static void compare_without(struct jsoncut_span text, const json_t *object)
{
	json_t *expected = json_deep_copy(object);
	struct buf out = {0};

	leave_out(text, expected);
	if (!jsoncut_without(&out, text, left_out))
		abort();
	same_value(out.data, out.len, expected);
	buf_finish(&out);
	json_decref(expected);
}

static void compare_inside(struct jsoncut_span text, const json_t *object, const char *key)
{
	struct jsoncut_span at = jsoncut_member(text, key), inner;
	json_t *expected = json_deep_copy(object), *inside = json_object_get(expected, key);
	bool can = at.text && json_is_object(inside);
	struct buf out = {0};

	if (jsoncut_without_inside(&out, text, key, left_out, &inner) != can)
		abort();
	if (can) {
		if (inner.text != at.text || inner.n != at.n)
			abort();
		leave_out(at, inside);
		same_value(out.data, out.len, expected);
	}
	buf_finish(&out);
	json_decref(expected);
}

/* What is no JSON may be cut anyhow, or not; but only from within it. */
static void cut_anything(struct jsoncut_span text)
{
	struct jsoncut_span inner;
	struct buf out = {0};

	jsoncut_without(&out, text, left_out);
	buf_clear(&out);
	for (size_t i = 0; i < INNER; i++) {
		struct jsoncut_span m = jsoncut_member(text, inner_of[i]);

		if (m.text && (m.text < text.text || m.n > text.n - (size_t)(m.text - text.text)))
			abort();
		if (jsoncut_without_inside(&out, text, inner_of[i], left_out, &inner) &&
		    (inner.text < text.text || inner.n > text.n - (size_t)(inner.text - text.text)))
			abort();
		buf_clear(&out);
	}
	buf_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	/* Exactly as large as it is, so that a byte too far is seen. */
	char *copy = malloc(n ? n : 1);
	struct jsoncut_span text = {copy, n};
	json_t *object;

	if (!copy)
		abort();
	if (n)
		memcpy(copy, bytes, n);
	cut_anything(text);
	/* jansson passes over a byte 0 behind a number, which is no JSON. */
	object = n && memchr(copy, '\0', n) ? NULL : read_value(copy, n);
	if (json_is_object(object)) {
		compare_members(text, object, memchr(copy, '\\', n) != NULL);
		compare_without(text, object);
		for (size_t i = 0; i < INNER; i++)
			compare_inside(text, object, inner_of[i]);
	} else if (object) {
		struct buf out = {0};

		if (jsoncut_without(&out, text, left_out))
			abort();
		buf_finish(&out);
	}
	json_decref(object);
	free(copy);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char *const seeds[] = {
		"{}",
		" { \"a\" : 1 , \"log\" : [ 1, \"]\", {\"b\": \"}\"} ] , \"c\":-1.5e3 }\n",
		"{\"type\":\"result\",\"in\":{\"log\":\"x\\\"y\\\\\",\"a\":{\"log\":1},\"b\":null},\"b\":true}",
		"{\"b\":{\"b\":{},\"\":[]},\"\":\"\",\"a\":{}}",
		"{\"\\u0061\":{\"b\":1},\"a\\\\\":2,\"l\\u006fg\":3,\"c\":\"\\u0000\\ud83d\\ude00\"}",
		"{\"in\":{},\"a\":[{\"in\":{}}],\"log\":false}",
		"{\"a\":1,\"a\":{\"b\":2}}",
		"{\"a\":1,}",
		"[{\"a\":1}]",
		"\"{\\\"a\\\":1}\"",
		"{\"a\":\"\\",
	};
	enum { MUCH = 1 << 17 };
	char *deep = malloc(MUCH);

	if (!deep)
		abort();
	for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++)
		add(seeds[i], strlen(seeds[i]));
	memset(deep, '[', MUCH);
	memcpy(deep, "{\"a\":", 5);
	add(deep, MUCH);
	for (size_t i = 0; i < MUCH; i++)
		deep[i] = "{\"a\":"[i % 5];
	add(deep, MUCH);
	free(deep);
}
