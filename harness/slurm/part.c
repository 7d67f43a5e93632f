#include "slurm/part.h"

#include <stdlib.h>
#include <string.h>

#include "result/journal_lines.h"

static const char *text_of(const json_t *object, const char *key, struct arena *a)
{
	return arena_strdup(a, json_string_value(json_object_get(object, key)));
}

static void begin(struct part *p, const json_t *event, struct arena *a)
{
	const json_t *writer = json_object_get(event, "writer");
	const json_t *restart = json_object_get(writer, "restart");
	struct part_run *r;

	p->runs = arena_grow(a, p->runs, &p->room, p->count + 1, sizeof *p->runs);
	r = &p->runs[p->count++];
	*r = (struct part_run){.job = text_of(writer, "job", a), .node = text_of(writer, "node", a), .unit = text_of(writer, "unit", a)};
	if (json_is_integer(restart) && json_integer_value(restart) >= 0 && json_integer_value(restart) < 1000000)
		r->restart = (int)json_integer_value(restart);
}

static void add_event(struct part_run *r, const json_t *event, bool ended, struct arena *a)
{
	const json_t *result = json_object_get(event, "result"), *attempts = json_object_get(result, "attempts");
	const char *verdict = json_string_value(json_object_get(result, "verdict"));
	struct part_event new = {.ended = ended};
	char *text;

	if (!verdict || verdict_from_name(verdict, &new.verdict) < 0)
		return;
	if (json_is_integer(attempts) && json_integer_value(attempts) > 0 && json_integer_value(attempts) < 1000000)
		new.attempt = (int)json_integer_value(attempts);
	new.left_out = json_is_string(json_object_get(result, "not_run"));
	text = json_dumps(result, JSON_COMPACT);
	new.result = arena_strdup(a, text);
	free(text);
	r->events = arena_grow(a, r->events, &r->room, r->count + 1, sizeof *r->events);
	r->events[r->count++] = new;
}

static void on_event(struct part *p, const json_t *event, struct arena *a)
{
	const char *name = json_string_value(json_object_get(event, "event"));

	if (!name)
		return;
	if (strcmp(name, "part-begun") == 0)
		begin(p, event, a);
	else if (!p->count)
		return; /* nobody says who wrote it */
	else if (strcmp(name, "session-started") == 0)
		p->runs[p->count - 1].started = true;
	else if (strcmp(name, "session-ended") == 0 || strcmp(name, "session-tried") == 0)
		add_event(&p->runs[p->count - 1], event, strcmp(name, "session-ended") == 0, a);
}

void part_read(struct part *p, const char *text, size_t n, struct arena *a)
{
	struct journal_lines lines = {.text = text, .len = n};
	json_t *event;

	*p = (struct part){0};
	while ((event = journal_lines_next(&lines))) {
		on_event(p, event, a);
		json_decref(event);
	}
}

char *part_writer(const char *job, int restart, const char *node, const char *unit)
{
	json_t *object = json_object();
	char *text;

	json_object_set_new(object, "job", json_string(job));
	json_object_set_new(object, "restart", json_integer(restart));
	json_object_set_new(object, "node", json_string(node));
	if (unit)
		json_object_set_new(object, "unit", json_string(unit));
	text = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	return text;
}

const struct part_event *part_run_end(const struct part_run *r)
{
	for (size_t i = r->count; i > 0; i--)
		if (r->events[i - 1].ended)
			return &r->events[i - 1];
	return NULL;
}
