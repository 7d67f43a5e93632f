/* What nodes have journalled becomes the run's own, each result once. */
#include <stdlib.h>
#include <string.h>

#include "result/journal_lines.h"
#include "result/run_file.h"
#include "slurm/fate.h"
#include "slurm/followed.h"
#include "util/file.h"

/* ---- what is merged already ---- */

/* What makes a result one of its kind. `attempt` 0: the follower's own word about a job. */
static const char *key_of(struct arena *a, const char *group, int restart, int attempt, bool ended)
{
	return arena_printf(a, "%s/%d/%d/%s", group, restart, attempt, ended ? "ended" : "tried");
}

static bool has_key(const struct followed *s, const char *key)
{
	for (const char *const *k = s->merged; k && *k; k++)
		if (strcmp(*k, key) == 0)
			return true;
	return false;
}

static int int_of(const json_t *object, const char *key)
{
	const json_t *n = json_object_get(object, key);

	return json_is_integer(n) ? (int)json_integer_value(n) : 0;
}

static void recall(struct follow *f, const json_t *event)
{
	const char *name = json_string_value(json_object_get(event, "event"));
	const json_t *result = json_object_get(event, "result"), *slurm = json_object_get(result, "slurm");
	const char *group = json_string_value(json_object_get(slurm, "group"));
	const char *full = json_string_value(json_object_get(result, "session")), *slash = full ? strchr(full, '/') : NULL;
	struct followed *s = follow_find(f, slash ? slash + 1 : full);
	bool ended = name && strcmp(name, "session-ended") == 0;

	if (!s || !group || (!ended && (!name || strcmp(name, "session-tried") != 0)))
		return;
	s->merged = arena_list_add(&f->arena, s->merged,
				   key_of(&f->arena, group, int_of(slurm, "restart"), int_of(slurm, "attempt"), ended));
	if (ended && strcmp(group, s->group->name) == 0 && !s->done) {
		s->done = true;
		f->open--;
	}
}

int follow_recall(struct follow *f)
{
	char *path = xasprintf("%s/" JOURNAL_FILE, journal_dir(f->spec->journal));
	struct journal_lines lines = {0};
	struct buf text;
	json_t *event;
	int rc;

	buf_init(&text);
	rc = file_read(path, &text, f->err);
	lines.text = text.data;
	lines.len = text.len;
	while (rc == 0 && (event = journal_lines_next(&lines))) {
		recall(f, event);
		json_decref(event);
	}
	buf_finish(&text);
	free(path);
	return rc;
}

/* ---- merging ---- */

static void tell_origin(json_t *result, const struct followed *s, const struct origin *o)
{
	json_t *slurm = json_object();

	json_object_set_new(slurm, "group", json_string(s->group->name));
	json_object_set_new(slurm, "job", json_string(o->job));
	json_object_set_new(slurm, "restart", json_integer(o->restart));
	json_object_set_new(slurm, "attempt", json_integer(o->attempt));
	if (o->node && *o->node)
		json_object_set_new(slurm, "node", json_string(o->node));
	json_object_set_new(result, "slurm", slurm);
}

static void show(const struct follow *f, const struct followed *s, const char *json, bool ended)
{
	struct session_result r;
	struct err e;

	if (session_result_from_json(&r, json, strlen(json), &e) == 0) {
		if (ended && f->spec->progress)
			f->spec->progress(f->spec->ctx, &r);
		else if (!ended)
			follow_say(f, arena_printf(&r.arena, "%s: attempt %d: %s: %s", s->planned->name, r.attempts, verdict_name(r.verdict),
					    r.why ? r.why : ""));
	}
	session_result_finish(&r);
}

int follow_merge(struct follow *f, struct followed *s, json_t *result, const struct origin *o)
{
	const char *key = key_of(&f->arena, s->group->name, o->restart, o->attempt, o->ended);
	char *json;
	int rc = 0;

	if (!has_key(s, key)) {
		tell_origin(result, s, o);
		json = json_dumps(result, JSON_COMPACT);
		rc = (o->ended ? journal_session_ended : journal_session_tried)(f->spec->journal, json, f->err);
		if (rc == 0) {
			s->merged = arena_list_add(&f->arena, s->merged, key);
			show(f, s, json, o->ended);
		}
		free(json);
	}
	json_decref(result);
	if (rc == 0 && o->ended) {
		s->done = true;
		f->open--;
	}
	return rc;
}

json_t *follow_result(const struct follow *f, const struct followed *s, const char *json, int attempts)
{
	json_t *object;
	char *full;

	if (json)
		return json_loads(json, 0, NULL);
	object = json_object();
	full = xasprintf("%s/%s", f->spec->record->settings.run, s->planned->name); /* as every result has it */
	json_object_set_new(object, "session", json_string(full));
	free(full);
	json_object_set_new(object, "scenario", json_string(s->planned->scenario));
	json_object_set_new(object, "variant", json_string(s->planned->variant));
	json_object_set_new(object, "board", json_string(s->planned->board));
	json_object_set_new(object, "unit", json_string(s->planned->unit));
	json_object_set_new(object, "config", json_string(s->planned->config));
	json_object_set_new(object, "attempts", json_integer(attempts));
	return object;
}

void follow_verdict(json_t *result, enum verdict verdict, const char *why)
{
	json_object_set_new(result, "verdict", json_string(verdict_name(verdict)));
	json_object_del(result, "cause");
	json_object_set_new(result, "why", json_string(why));
}

int follow_attempts_before(const struct part *p, size_t run)
{
	int n = 0;

	for (size_t i = 0; i < run; i++)
		n += p->runs[i].count ? (int)p->runs[i].count : p->runs[i].started;
	return n;
}

static int merge_tried(struct follow *f, struct followed *s, const struct part_run *r)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < r->count; i++)
		if (!r->events[i].ended)
			rc = follow_merge(f, s, follow_result(f, s, r->events[i].result, 0),
				   &(struct origin){r->restart, r->events[i].attempt, r->job, r->node, false});
	return rc;
}

/* A run of the job that another one followed: an attempt. One that had not come as far as the session was none. */
static int merge_earlier(struct follow *f, struct followed *s, const struct part *p, size_t run, struct arena *a)
{
	const struct part_run *r = &p->runs[run];
	const struct part_event *end = part_run_end(r);
	struct origin o = {r->restart, end ? end->attempt : 0, r->job, r->node, false};
	json_t *result;

	if (!r->started)
		return 0;
	result = follow_result(f, s, end ? end->result : NULL, follow_attempts_before(p, run) + 1);
	follow_verdict(result, VERDICT_INFRA, fate_of_earlier(r->job, r->node, a));
	return follow_merge(f, s, result, &o);
}

static bool is_final(const struct part_event *end)
{
	return end && (end->verdict != VERDICT_CANCELLED || end->left_out);
}
/* ---- one session ---- */

static int read_part(const struct follow *f, const struct followed *s, struct part *p, struct arena *a)
{
	char *path = arena_printf(a, "%s/" PARTS_FOLDER "/%s/%s.jsonl", f->spec->record->dir, s->group->name, s->planned->name);
	struct buf text;
	int rc = 0;

	buf_init(&text);
	*p = (struct part){0};
	if (file_exists(path)) {
		rc = file_read(path, &text, f->err);
		if (rc == 0 && text.len)
			part_read(p, text.data, text.len, a);
	}
	buf_finish(&text);
	return rc;
}

static int merge_part(struct follow *f, struct followed *s, const struct part *p, struct arena *a)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && !s->done && i < p->count; i++) {
		const struct part_run *r = &p->runs[i];
		const struct part_event *end = part_run_end(r);

		rc = merge_tried(f, s, r);
		if (rc == 0 && is_final(end))
			rc = follow_merge(f, s, follow_result(f, s, end->result, 0),
				   &(struct origin){r->restart, end->attempt, r->job, r->node, true});
		else if (rc == 0 && i + 1 < p->count)
			rc = merge_earlier(f, s, p, i, a);
	}
	return rc;
}

int follow_settle(struct follow *f, struct followed *s)
{
	char *path = xasprintf("%s/" PARTS_FOLDER "/%s/%s.jsonl", f->spec->record->dir, s->group->name, s->planned->name);
	long long size = file_size(path);
	bool over = follow_is_over(f, s);
	struct arena a;
	struct part p;
	int rc = 0;

	free(path);
	if (size == s->part_size && !over)
		return 0;
	arena_init(&a);
	rc = read_part(f, s, &p, &a);
	s->part_size = size;
	if (rc == 0)
		rc = merge_part(f, s, &p, &a);
	if (rc == 0 && !s->done && over)
		rc = follow_conclude(f, s, &p, &a);
	arena_finish(&a);
	return rc;
}
