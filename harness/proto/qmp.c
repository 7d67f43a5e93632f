#include "proto/qmp.h"

#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

void qmp_init(struct qmp *q)
{
	buf_init(&q->in);
	q->taken = 0;
}

void qmp_finish(struct qmp *q)
{
	buf_finish(&q->in);
}

int qmp_feed(struct qmp *q, const char *bytes, size_t n, struct err *e)
{
	/* Here and not after each line: many lines may come at once. */
	buf_drop_front(&q->in, q->taken);
	q->taken = 0;
	buf_add(&q->in, bytes, n);
	if (q->in.len > QMP_LINE_MAX && !memchr(q->in.data, '\n', q->in.len))
		return err_set(e, ERR_INFRA, "QMP: %zu bytes without an end of line", q->in.len);
	return 0;
}

static void read_text(struct qmp_message *m, const json_t *text)
{
	snprintf(m->text, sizeof m->text, "%s", json_is_string(text) ? json_string_value(text) : "");
}

/* One that no command of ours had is none. */
static int id_of(const json_t *id)
{
	json_int_t n = json_is_integer(id) ? json_integer_value(id) : -1;

	return n >= 0 && n <= INT_MAX ? (int)n : -1;
}

static void read_message(struct qmp_message *m, const json_t *line)
{
	const json_t *event = json_object_get(line, "event");
	const json_t *error = json_object_get(line, "error");

	m->kind = QMP_OTHER;
	m->id = id_of(json_object_get(line, "id"));
	m->text[0] = '\0';
	m->by_guest = false;
	if (json_object_get(line, "QMP")) {
		m->kind = QMP_GREETING;
	} else if (json_object_get(line, "return")) {
		m->kind = QMP_RETURN;
	} else if (error) {
		m->kind = QMP_ERROR;
		read_text(m, json_object_get(error, "desc"));
	} else if (event) {
		m->kind = QMP_EVENT;
		read_text(m, event);
		m->by_guest = json_is_true(json_object_get(json_object_get(line, "data"), "guest"));
	}
}

int qmp_next(struct qmp *q, struct qmp_message *m, struct err *e)
{
	const char *begin = q->in.data ? q->in.data + q->taken : NULL;
	const char *end = begin && q->in.len > q->taken ? memchr(begin, '\n', q->in.len - q->taken) : NULL;
	json_error_t why;
	json_t *line;
	size_t n;

	if (!end)
		return 0;
	n = (size_t)(end - begin);
	line = json_loadb(begin, n, 0, &why);
	q->taken += n + 1;
	if (!json_is_object(line)) {
		json_decref(line);
		return err_set(e, ERR_INFRA, "QMP: a line that is no JSON object: %s", why.text);
	}
	read_message(m, line);
	json_decref(line);
	return 1;
}

void qmp_command(struct buf *out, const char *execute, const char *arguments, int id)
{
	buf_printf(out, "{\"execute\":\"%s\",%s%s%s\"id\":%d}\n", execute, arguments ? "\"arguments\":" : "",
		   arguments ? arguments : "", arguments ? "," : "", id);
}
