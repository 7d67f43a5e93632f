#include "farm/record.h"

#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "farm/state.h"
#include "util/text.h"

static void add_text(json_t *record, const char *name, const char *text)
{
	struct buf b = {0};

	text_add_utf8(&b, text, strlen(text)); /* a path need not be UTF-8, JSON must */
	json_object_set_new(record, name, json_stringn(b.data ? b.data : "", b.len));
	buf_finish(&b);
}

static char *dump(const struct record_shape *shape, const void *from)
{
	json_t *record = json_object();
	const char *base = from;
	char *text;

	json_object_set_new(record, "pid", json_integer(*(const pid_t *)(const void *)(base + shape->pid_at)));
	for (size_t i = 0; i < shape->count; i++) {
		const char *value = *(const char *const *)(const void *)(base + shape->texts[i].at);

		if (value)
			add_text(record, shape->texts[i].name, value);
	}
	text = json_dumps(record, JSON_INDENT(2));
	json_decref(record);
	return text;
}

int record_write(const char *path, const struct record_shape *shape, const void *from, bool sync, struct err *e)
{
	char *text = dump(shape, from);
	int rc = state_write(path, text, strlen(text), sync, e);

	free(text);
	return rc;
}

static void fill(const json_t *record, const struct record_shape *shape, void *to, struct arena *a)
{
	json_int_t pid = json_integer_value(json_object_get(record, "pid"));
	char *base = to;

	*(pid_t *)(void *)(base + shape->pid_at) = pid > 0 && pid <= INT_MAX ? (pid_t)pid : 0;
	for (size_t i = 0; i < shape->count; i++)
		*(const char **)(void *)(base + shape->texts[i].at) =
			arena_strdup(a, json_string_value(json_object_get(record, shape->texts[i].name)));
}

int record_read(const char *path, const struct record_shape *shape, void *to, struct arena *a, struct err *e)
{
	struct buf text = {0};
	json_error_t why;
	json_t *record = NULL;
	int rc = state_read(path, &text, e);

	if (rc == 0) {
		record = json_loadb(text.data ? text.data : "", text.len, 0, &why);
		if (json_is_object(record)) {
			fill(record, shape, to, a);
		} else {
			err_set(e, ERR_IO, "this is no record that runtest wrote");
			rc = err_at(e, path, 0, 0);
		}
	}
	json_decref(record);
	buf_finish(&text);
	return rc;
}
