#include "html/index.h"

#include <string.h>

#include "html/answer.h"
#include "html/words.h"
#include "result/fields.h"
#include "result/run_file.h"
#include "util/mem.h"

/* Texts that come again and again are said once, and named by their number. */
struct texts {
	json_t *numbers; /* object: text -> number */
	json_t *all;     /* array */
};

static json_t *number_of(struct texts *t, const char *text)
{
	json_t *clean = text && *text ? fields_text(text) : NULL, *known;

	if (!clean)
		return json_integer(-1);
	known = json_object_get(t->numbers, json_string_value(clean));
	if (!known) {
		known = json_integer((json_int_t)json_array_size(t->all));
		json_object_set_new_nocheck(t->numbers, json_string_value(clean), known);
		json_array_append(t->all, clean);
	}
	json_decref(clean);
	return json_incref(known);
}

/* In the order of KEYS in report.js. */
static json_t *row_of(struct texts *t, const struct session_result *s)
{
	enum verdict v = session_verdict(s);
	json_t *row = json_array();

	json_array_append_new(row, fields_text(s->name));
	json_array_append_new(row, number_of(t, s->scenario));
	json_array_append_new(row, number_of(t, s->variant));
	json_array_append_new(row, number_of(t, s->board));
	json_array_append_new(row, number_of(t, s->unit));
	json_array_append_new(row, number_of(t, s->config));
	json_array_append_new(row, json_integer(s->repeat));
	json_array_append_new(row, number_of(t, verdict_name(v)));
	json_array_append_new(row, number_of(t, cause_name(s->cause)));
	json_array_append_new(row, number_of(t, s->why));
	json_array_append_new(row, json_integer(s->duration_ms));
	json_array_append_new(row, json_integer(session_is_excused(s)));
	json_array_append_new(row, json_integer(s->attempts));
	return row;
}

static void set_sessions(json_t *object, const struct run_record *r)
{
	struct texts t = {json_object(), json_array()};
	json_t *rows = json_array();

	for (size_t i = 0; i < r->plan_count; i++)
		json_array_append_new(rows, row_of(&t, &r->sessions[i]));
	json_object_set_new(object, "texts", t.all);
	json_object_set_new(object, "sessions", rows);
	json_decref(t.numbers);
}

static json_t *list_of(const char *const *texts)
{
	json_t *list = json_array();

	for (; texts && *texts; texts++)
		json_array_append_new(list, fields_text(*texts));
	return list;
}

static json_t *totals_of(const struct run_record *r)
{
	struct run_totals t = run_totals(r);
	json_t *object = json_object();

	for (int v = VERDICT_NONE + 1; v < VERDICT_COUNT; v++)
		json_object_set_new(object, verdict_name((enum verdict)v), json_integer(t.count[v]));
	return object;
}

static json_t *settings_of(const struct run_record *r)
{
	json_t *object = fields_write(&run_settings_fields, &r->settings, false), *seen = json_object(), *configs = json_array();

	for (size_t i = 0; i < r->plan_count; i++) {
		json_t *config = fields_text(r->plan[i].config);
		const char *name = json_string_value(config);

		if (name && !json_object_get(seen, name)) {
			json_object_set_new_nocheck(seen, name, json_true());
			json_array_append(configs, config);
		}
		json_decref(config);
	}
	json_object_set_new(object, "configs", configs);
	json_decref(seen);
	return object;
}

static json_t *notes_of(const struct run_record *r)
{
	const char *const damage[] = {r->damage, NULL};
	json_t *notes = list_of(damage);

	if (!r->ended)
		json_array_append_new(notes, json_string("The run has not come to its end: it goes on still, or it was cut short."));
	return notes;
}

static void set_answer(json_t *object, const struct run_record *r)
{
	struct html_answer a;
	struct buf text;

	buf_init(&text);
	a = html_answer_add(&text, r);
	json_object_set_new(object, "answer", fields_text(text.data));
	json_object_set_new(object, "kind", json_string(a.kind));
	json_object_set_new(object, "sign", json_string(a.sign));
	buf_finish(&text);
}

void html_index_add(struct buf *out, const struct run_record *r, const struct html_options *o)
{
	json_t *object = json_object();

	set_answer(object, r);
	json_object_set_new(object, "run", fields_text(r->settings.run));
	json_object_set_new(object, "started", fields_text(r->settings.started));
	json_object_set_new(object, "ended", fields_text(r->ended_at));
	json_object_set_new(object, "elapsed_ms", json_integer(run_elapsed_ms(r)));
	json_object_set_new(object, "command", list_of(r->settings.command));
	json_object_set_new(object, "settings", settings_of(r));
	json_object_set_new(object, "totals", totals_of(r));
	json_object_set_new(object, "exit_status", json_integer(r->ended ? r->exit_status : run_exit_status(r, false)));
	json_object_set_new(object, "notes", notes_of(r));
	json_object_set_new(object, "links", fields_text(o->links));
	json_object_set_new(object, "fetch", json_boolean(o->fetch));
	json_object_set_new(object, "chunk", json_integer(HTML_CHUNK));
	set_sessions(object, r);
	html_add_json(out, object);
	json_decref(object);
}
