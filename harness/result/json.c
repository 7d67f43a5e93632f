#include <stdlib.h>
#include <string.h>

#include "result/fields.h"
#include "result/model_json.h"
#include "result/report.h"
#include "result/run_file.h"

enum { RESULTS_SCHEMA = 1 };

static json_t *totals_object(const struct run_record *r)
{
	struct run_totals t = run_totals(r);
	json_t *object = json_object();

	for (int v = VERDICT_NONE + 1; v < VERDICT_COUNT; v++)
		json_object_set_new(object, verdict_name((enum verdict)v), json_integer(t.count[v]));
	return object;
}

static bool is_new_config(const struct run_record *r, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(r->plan[k].config, r->plan[i].config) == 0)
			return false;
	return true;
}

/* What was set for the whole run, and which Microkit configurations the plan has. */
static json_t *settings_object(const struct run_record *r)
{
	json_t *object = fields_write(&run_settings_fields, &r->settings, false), *configs = json_array();

	for (size_t i = 0; i < r->plan_count; i++)
		if (is_new_config(r, i))
			json_array_append_new(configs, json_string(r->plan[i].config));
	json_object_set_new(object, "configs", configs);
	return object;
}

static json_t *list_of(const char *const *texts)
{
	json_t *list = json_array();

	for (; texts && *texts; texts++)
		json_array_append_new(list, json_string(*texts));
	return list;
}

static json_t *head_object(const struct run_record *r)
{
	const char *const notes[] = {r->damage, NULL};
	json_t *object = json_object();

	json_object_set_new(object, "schema", json_integer(RESULTS_SCHEMA));
	json_object_set_new(object, "run", fields_text(r->settings.run));
	json_object_set_new(object, "started", fields_text(r->settings.started));
	json_object_set_new(object, "ended", fields_text(r->ended_at));
	json_object_set_new(object, "command", list_of(r->settings.command));
	json_object_set_new(object, "settings", settings_object(r));
	json_object_set_new(object, "totals", totals_object(r));
	json_object_set_new(object, "exit_status", json_integer(run_final_status(r)));
	json_object_set_new(object, "notes", list_of(notes));
	return object;
}

static int append_text(const char *text, size_t n, void *out)
{
	buf_add(out, text, n);
	return 0;
}

static void add_session(struct buf *out, const struct session_result *s)
{
	struct session_result shown = *s;
	json_t *object;

	shown.verdict = session_verdict(s);
	object = session_result_write(&shown, false);
	json_dump_callback(object, append_text, out, JSON_COMPACT);
	json_decref(object);
}

/* One session per line, so that grep and diff work on the file and no tree of the whole run is ever built. */
void report_json(struct buf *out, const struct run_record *r)
{
	json_t *head = head_object(r);
	char *text = json_dumps(head, JSON_INDENT(2));

	buf_add(out, text, strlen(text) - strlen("\n}"));
	buf_adds(out, ",\n  \"sessions\": [");
	for (size_t i = 0; i < r->plan_count; i++) {
		buf_adds(out, i ? ",\n    " : "\n    ");
		add_session(out, &r->sessions[i]);
	}
	buf_adds(out, r->plan_count ? "\n  ]\n}\n" : "]\n}\n");
	free(text);
	json_decref(head);
}
