/* A run and its sessions, for programs. */
#include <stdlib.h>
#include <string.h>

#include "result/journal.h"
#include "result/report.h"
#include "serve/answer.h"
#include "serve/summary.h"

/* segments: api runs RUN; the same as results.json, at this moment */
void api_run(const struct source *s, const struct target *t, struct answer *a)
{
	struct run_record r = {0};
	struct err e;
	char *dir = summary_run_folder(s, t->segments[2], &e);

	if (dir && run_record_read(&r, dir, &e) == 0) {
		a->type = ANSWER_JSON;
		report_json(&a->body, &r);
	} else {
		answer_error(a, &e, true);
	}
	run_record_finish(&r);
	free(dir);
}

static const char *state_name(const struct run_record *r, size_t i, bool goes_on)
{
	return r->sessions[i].verdict ? "ended" : !r->started[i] ? "waiting" : goes_on ? "running" : "cut short";
}

/* ---- all sessions, briefly ---- */

static json_t *session_line(const struct run_record *r, size_t i, bool goes_on)
{
	const struct session_result *v = &r->sessions[i];
	bool ended = v->verdict != VERDICT_NONE;

	return json_pack("{s:s, s:s, s:s, s:s?, s:s?, s:s?, s:b, s:o}", "session", r->plan[i].name, "state", state_name(r, i, goes_on), "unit",
			 v->unit ? v->unit : r->plan[i].unit, "verdict", ended ? verdict_name(v->verdict) : NULL, "cause",
			 v->cause ? cause_name(v->cause) : NULL, "why", v->why, "excused", ended && session_is_excused(v), "duration_ms",
			 ended && v->attempts ? json_integer(v->duration_ms) : json_null());
}

/* segments: api runs RUN sessions */
void api_sessions(const struct source *s, const struct target *t, struct answer *a)
{
	struct run_brief b = {0};
	struct err e;
	char *dir = summary_run_folder(s, t->segments[2], &e);
	bool goes_on = dir && summary_goes_on(dir);

	if (dir && run_brief_read(&b, dir, &e) == 0) {
		json_t *list = json_array(), *o;

		for (size_t i = 0; i < b.r.plan_count; i++)
			json_array_append_new(list, session_line(&b.r, i, goes_on));
		o = json_pack("{s:i, s:s, s:b, s:o}", "schema", 1, "run", b.r.settings.run, "goes_on", goes_on, "sessions", list);
		answer_json(a, o);
		json_decref(o);
	} else {
		answer_error(a, &e, true);
	}
	run_brief_finish(&b);
	free(dir);
}

/* ---- one of them, in full ---- */

/* As the journal has it, in full; NULL: it has not ended, or cannot be read. */
static json_t *result_object(const struct run_brief *b, size_t i)
{
	struct session_result s = {0};
	struct err e;
	char *text = b->r.sessions[i].verdict && run_brief_session(b, i, &s, &e) == 0 ? session_result_to_json(&s) : NULL;
	json_t *result = text ? json_loads(text, 0, NULL) : NULL;

	session_result_finish(&s);
	free(text);
	return result;
}

static json_t *session_object(const struct run_brief *b, size_t i, bool goes_on)
{
	const struct run_record *r = &b->r;
	const struct session_result *v = &r->sessions[i];

	return json_pack("{s:i, s:s, s:s, s:s, s:s, s:s?, s:b, s:o?}", "schema", 1, "run", r->settings.run, "session", r->plan[i].name, "state",
			 state_name(r, i, goes_on), "unit", v->unit ? v->unit : r->plan[i].unit, "verdict", v->verdict ? verdict_name(v->verdict) : NULL,
			 "goes_on", goes_on, "result", result_object(b, i));
}

static json_t *find_session(const struct run_brief *b, const char *name, bool goes_on)
{
	for (size_t i = 0; i < b->r.plan_count; i++)
		if (strcmp(b->r.plan[i].name, name) == 0)
			return session_object(b, i, goes_on);
	return NULL;
}

/* segments: api runs RUN sessions SESSION */
void api_session(const struct source *s, const struct target *t, struct answer *a)
{
	struct run_brief b = {0};
	struct err e;
	char *dir = summary_run_folder(s, t->segments[2], &e);
	bool goes_on = dir && summary_goes_on(dir);
	int rc = dir ? run_brief_read(&b, dir, &e) : -1;
	json_t *o = rc == 0 ? find_session(&b, t->segments[4], goes_on) : NULL;

	if (rc == 0 && !o)
		err_set(&e, ERR_USAGE, "there is no session called %s in that run", t->segments[4]);
	if (o)
		answer_json(a, o);
	else
		answer_error(a, &e, true);
	json_decref(o);
	run_brief_finish(&b);
	free(dir);
}
