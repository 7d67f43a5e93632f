#include "result/fields.h"

#include <inttypes.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "result/verdict.h"
#include "util/buf.h"
#include "util/text.h"
#include "util/utf8.h"

static const void *member(const void *base, const struct field *f)
{
	return (const char *)base + f->at;
}

static void *member_of(void *base, const struct field *f)
{
	return (char *)base + f->at;
}

/* ---- texts ---- */

json_t *fields_text(const char *s)
{
	struct buf b;
	json_t *v;

	if (!s)
		return json_null();
	if (utf8_valid(s, strlen(s)))
		return json_string_nocheck(s);
	buf_init(&b);
	text_add_utf8(&b, s, strlen(s));
	v = json_string_nocheck(b.data);
	buf_finish(&b);
	return v;
}

static json_t *write_text(const void *base, const struct field *f, bool sparse)
{
	(void)sparse;
	return fields_text(*(const char *const *)member(base, f));
}

static int read_text(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	const char **s = member_of(base, f);

	if (json_is_string(v))
		*s = arena_strndup(a, json_string_value(v), json_string_length(v));
	return json_is_string(v) || json_is_null(v) ? 0 : -1;
}

static json_t *write_texts(const void *base, const struct field *f, bool sparse)
{
	const char *const *s = *(const char *const *const *)member(base, f);
	json_t *list = json_array();

	(void)sparse;
	for (; s && *s; s++)
		json_array_append_new(list, fields_text(*s));
	return list;
}

static int read_texts(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	size_t n = json_array_size(v);
	const char **list;

	if (!json_is_array(v))
		return -1;
	list = arena_alloc(a, (n + 1) * sizeof *list);
	for (size_t i = 0; i < n; i++) {
		const json_t *item = json_array_get(v, i);

		if (!json_is_string(item))
			return -1;
		list[i] = arena_strndup(a, json_string_value(item), json_string_length(item));
	}
	*(const char *const **)member_of(base, f) = list;
	return 0;
}

/* ---- numbers ---- */

static json_t *write_bool(const void *base, const struct field *f, bool sparse)
{
	(void)sparse;
	return json_boolean(*(const bool *)member(base, f));
}

static int read_bool(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	(void)a;
	*(bool *)member_of(base, f) = json_is_true(v);
	return json_is_boolean(v) ? 0 : -1;
}

static int number_within(const json_t *v, json_int_t least, json_int_t most)
{
	return json_is_integer(v) && json_integer_value(v) >= least && json_integer_value(v) <= most ? 0 : -1;
}

static json_t *write_int(const void *base, const struct field *f, bool sparse)
{
	(void)sparse;
	return json_integer(*(const int *)member(base, f));
}

static int read_int(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	(void)a;
	if (number_within(v, INT_MIN, INT_MAX) < 0)
		return -1;
	*(int *)member_of(base, f) = (int)json_integer_value(v);
	return 0;
}

static json_t *write_count(const void *base, const struct field *f, bool sparse)
{
	(void)sparse;
	return json_integer(*(const unsigned *)member(base, f));
}

static int read_count(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	(void)a;
	if (number_within(v, 0, UINT_MAX) < 0)
		return -1;
	*(unsigned *)member_of(base, f) = (unsigned)json_integer_value(v);
	return 0;
}

static json_t *write_int64(const void *base, const struct field *f, bool sparse)
{
	(void)sparse;
	return json_integer(*(const int64_t *)member(base, f));
}

static int read_int64(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	(void)a;
	*(int64_t *)member_of(base, f) = json_integer_value(v);
	return json_is_integer(v) ? 0 : -1;
}

static json_t *write_uint64(const void *base, const struct field *f, bool sparse)
{
	uint64_t n = *(const uint64_t *)member(base, f);

	(void)sparse;
	return json_integer(n > INT64_MAX ? INT64_MAX : (json_int_t)n);
}

static int read_uint64(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	(void)a;
	if (number_within(v, 0, INT64_MAX) < 0)
		return -1;
	*(uint64_t *)member_of(base, f) = (uint64_t)json_integer_value(v);
	return 0;
}

static json_t *write_address(const void *base, const struct field *f, bool sparse)
{
	(void)sparse;
	return json_sprintf("0x%" PRIx64, *(const uint64_t *)member(base, f));
}

static int read_address(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	const char *s = json_string_value(v);
	char *end;

	(void)a;
	if (!s || strncmp(s, "0x", 2) != 0 || strlen(s) > 18 || strspn(s + 2, "0123456789abcdef") != strlen(s + 2))
		return -1;
	*(uint64_t *)member_of(base, f) = strtoull(s, &end, 16);
	return end > s + 2 ? 0 : -1;
}

/* ---- the vocabulary ---- */

static json_t *write_verdict(const void *base, const struct field *f, bool sparse)
{
	(void)sparse;
	return json_string_nocheck(verdict_name(*(const enum verdict *)member(base, f)));
}

static int read_verdict(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	(void)a;
	return json_is_string(v) ? verdict_from_name(json_string_value(v), member_of(base, f)) : -1;
}

static json_t *write_cause(const void *base, const struct field *f, bool sparse)
{
	enum cause c = *(const enum cause *)member(base, f);

	(void)sparse;
	return c == CAUSE_NONE ? json_null() : json_string_nocheck(cause_name(c));
}

static int read_cause(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	(void)a;
	if (json_is_null(v))
		return 0;
	return json_is_string(v) ? cause_from_name(json_string_value(v), member_of(base, f)) : -1;
}

/* ---- structs inside structs ---- */

static json_t *write_object(const void *base, const struct field *f, bool sparse)
{
	return fields_write(f->of, member(base, f), sparse);
}

static int read_object(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	return fields_read(f->of, member_of(base, f), v, a, NULL);
}

static json_t *write_array(const void *base, const struct field *f, bool sparse)
{
	const char *item = *(const char *const *)member(base, f);
	size_t n = *(const size_t *)(const void *)((const char *)base + f->also);
	json_t *list = json_array();

	for (; n; n--, item += f->of->size)
		json_array_append_new(list, fields_write(f->of, item, sparse));
	return list;
}

static int read_array(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	size_t n = json_array_size(v);
	char *items;

	if (!json_is_array(v))
		return -1;
	items = n ? arena_alloc(a, n * f->of->size) : NULL;
	for (size_t i = 0; i < n; i++)
		if (fields_read(f->of, items + i * f->of->size, json_array_get(v, i), a, NULL) < 0)
			return -1;
	*(char **)member_of(base, f) = items;
	*(size_t *)(void *)((char *)base + f->also) = n;
	return 0;
}

const struct field_type field_text = {"a text or null", write_text, read_text, false};
const struct field_type field_texts = {"a list of texts", write_texts, read_texts, false};
const struct field_type field_bool = {"true or false", write_bool, read_bool, false};
const struct field_type field_int = {"a number", write_int, read_int, false};
const struct field_type field_count = {"a count", write_count, read_count, false};
const struct field_type field_int64 = {"a number", write_int64, read_int64, false};
const struct field_type field_uint64 = {"a number from 0", write_uint64, read_uint64, false};
const struct field_type field_address = {"an address in hex", write_address, read_address, false};
const struct field_type field_verdict = {"a verdict", write_verdict, read_verdict, false};
const struct field_type field_cause = {"a cause or null", write_cause, read_cause, false};
const struct field_type field_object = {"an object of the expected form", write_object, read_object, false};
const struct field_type field_array = {"a list of objects of the expected form", write_array, read_array, false};

/* Is it what a missing key is read as? */
static bool is_zero(const struct field *f, const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_NULL:
		return !f->type->null_tells;
	case JSON_INTEGER:
		return json_integer_value(v) == 0;
	case JSON_ARRAY:
		return json_array_size(v) == 0;
	case JSON_OBJECT:
		return json_object_size(v) == 0;
	default:
		return json_is_false(v);
	}
}

json_t *fields_write(const struct field_list *list, const void *base, bool sparse)
{
	json_t *object = json_object();

	for (size_t i = 0; i < list->count; i++) {
		const struct field *f = &list->fields[i];
		json_t *v = f->type->write(base, f, sparse);

		if (sparse && !f->required && is_zero(f, v))
			json_decref(v);
		else
			json_object_set_new_nocheck(object, f->key, v);
	}
	return object;
}

int fields_read(const struct field_list *list, void *base, const json_t *object, struct arena *a, struct err *e)
{
	if (!json_is_object(object))
		return err_set(e, ERR_IO, "expected a JSON object");
	for (size_t i = 0; i < list->count; i++) {
		const struct field *f = &list->fields[i];
		const json_t *v = json_object_get(object, f->key);

		if (f->required && (!v || json_is_null(v)))
			return err_set(e, ERR_IO, "the key '%s' is missing", f->key);
		if (v && f->type->read(base, f, v, a) < 0)
			return err_set(e, ERR_IO, "'%s' is not %s", f->key, f->type->name);
	}
	return 0;
}
