#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "result/journal.h"
#include "result/journal_lines.h"
#include "result/model_json.h"
#include "result/run_file.h"
#include "util/buf.h"
#include "util/file.h"

/* Places in the plan, sorted by the session's name. */
struct by_name {
	const char *name;
	size_t place;
};

/* Attempts of a session that were followed by another one. */
struct attempts {
	struct attempt_summary *list;
	size_t count, room;
};

struct reading {
	struct run_record *r;
	struct attempts *tried; /* by place in the plan */
	struct by_name *index;
	struct journal_lines lines;
	struct run_brief *brief; /* NULL: sessions are read in full */
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct by_name *)a)->name, ((const struct by_name *)b)->name);
}

static void make_index(struct reading *rd)
{
	struct run_record *r = rd->r;

	rd->index = xcalloc(r->plan_count, sizeof *rd->index);
	for (size_t i = 0; i < r->plan_count; i++)
		rd->index[i] = (struct by_name){r->plan[i].name, i};
	qsort(rd->index, r->plan_count, sizeof *rd->index, compare_names);
}

static const struct by_name *find(const struct reading *rd, const char *name)
{
	struct by_name key = {.name = name};

	return name ? bsearch(&key, rd->index, rd->r->plan_count, sizeof key, compare_names) : NULL;
}

/* Only the first oddity is told: it explains those behind it. */
static void note(struct reading *rd, int line, const char *what)
{
	if (!rd->r->damage)
		rd->r->damage = arena_printf(&rd->r->arena, JOURNAL_FILE ":%d: %s", line, what);
}

/* What a session is called and what is demanded of it, where its result does not say. */
static void fill_from_plan(struct session_result *s, const struct run_record *r, const struct planned *p)
{
	const char **text[] = {&s->scenario, &s->variant, &s->board, &s->unit, &s->arch, &s->config};
	const char *planned[] = {p->scenario, p->variant, p->board, p->unit, p->arch, p->config};

	for (size_t i = 0; i < sizeof text / sizeof text[0]; i++)
		if (!*text[i])
			*text[i] = planned[i];
	s->run = r->settings.run;
	s->name = p->name;
	s->repeat = p->repeat;
	s->expected = p->expected;
}

static bool on_session_started(struct reading *rd, const json_t *event)
{
	const struct by_name *found = find(rd, json_string_value(json_object_get(event, "session")));

	if (!found)
		return false;
	rd->r->started[found->place] = true;
	rd->r->ended = false; /* resumed */
	return true;
}

static bool on_session_tried(struct reading *rd, const json_t *event)
{
	struct session_result s = {0};
	const struct by_name *found;
	struct attempts *tried;

	if (session_result_read(&s, json_object_get(event, "result"), &rd->r->arena, NULL) < 0)
		return false;
	found = find(rd, s.name);
	if (!found)
		return false;
	tried = &rd->tried[found->place];
	tried->list = arena_grow(&rd->r->arena, tried->list, &tried->room, tried->count + 1, sizeof *tried->list);
	tried->list[tried->count++] = (struct attempt_summary){
		.number = s.attempts, .verdict = s.verdict, .cause = s.cause, .why = s.why, .unit = s.unit,
		.started = s.started, .dir = s.dir, .duration_ms = s.duration_ms,
	};
	rd->r->started[found->place] = true;
	rd->r->ended = false;
	return true;
}

static bool on_session_ended(struct reading *rd, const json_t *event)
{
	struct session_result s = {0};
	const struct by_name *found;

	if (session_result_read(&s, json_object_get(event, "result"), &rd->r->arena, NULL) < 0)
		return false;
	found = find(rd, s.name);
	if (!found)
		return false;
	fill_from_plan(&s, rd->r, &rd->r->plan[found->place]);
	rd->r->sessions[found->place] = s;
	if (rd->brief)
		rd->brief->whole[found->place] = rd->lines.result;
	rd->r->started[found->place] = true;
	rd->r->ended = false;
	return true;
}

static bool on_run_ended(struct reading *rd, const json_t *event)
{
	const json_t *status = json_object_get(event, "exit_status");

	if (!json_is_integer(status) || json_integer_value(status) < 0 || json_integer_value(status) > 255)
		return false;
	rd->r->ended = true;
	rd->r->exit_status = (int)json_integer_value(status);
	rd->r->ended_at = rd->r->last_at;
	return true;
}

static void on_event(struct reading *rd, const json_t *event)
{
	static const struct {
		const char *name;
		bool (*handle)(struct reading *rd, const json_t *event);
	} events[] = {
		{"run-ended", on_run_ended},
		{"session-ended", on_session_ended},
		{"session-started", on_session_started},
		{"session-tried", on_session_tried},
	};
	const char *name = json_string_value(json_object_get(event, "event"));
	const char *at = json_string_value(json_object_get(event, "at"));

	if (at)
		rd->r->last_at = arena_strdup(&rd->r->arena, at);
	for (size_t i = 0; name && i < sizeof events / sizeof events[0]; i++) {
		if (strcmp(name, events[i].name) == 0) {
			if (!events[i].handle(rd, event))
				note(rd, rd->lines.line, "the line says nothing usable about a session of the plan");
			return;
		}
	}
	note(rd, rd->lines.line, "no event that this version knows");
}

/* The journal has them as events; whoever reads the record finds them with their session. */
static void hand_out_attempts(struct reading *rd)
{
	for (size_t i = 0; i < rd->r->plan_count; i++) {
		if (!rd->tried[i].count)
			continue;
		rd->r->sessions[i].tried = rd->tried[i].list;
		rd->r->sessions[i].tried_count = rd->tried[i].count;
	}
}

static void replay(struct reading *rd)
{
	json_t *event;

	while ((event = journal_lines_next(&rd->lines))) {
		on_event(rd, event);
		json_decref(event);
	}
	rd->r->torn = rd->lines.torn;
	if (rd->lines.damaged)
		note(rd, rd->lines.line + 1, "not a JSON object: nothing is read from here on");
	if (!rd->r->ended)
		rd->r->ended_at = NULL;
}

/* The journal's text goes to *text, which stays behind as long as a brief reading's results are wanted. */
static int read_journal(struct run_record *r, struct buf *text, struct run_brief *brief, struct err *e)
{
	char *path = xasprintf("%s/" JOURNAL_FILE, r->dir);
	struct reading rd = {.r = r, .brief = brief};
	int rc = 0;

	if (file_exists(path)) /* a run may be killed before it has one */
		rc = file_read(path, text, e);
	if (rc == 0) {
		make_index(&rd);
		rd.tried = xcalloc(r->plan_count, sizeof *rd.tried);
		rd.lines.text = text->data;
		rd.lines.len = text->len;
		if (brief)
			journal_lines_be_brief(&rd.lines);
		replay(&rd);
		journal_lines_finish(&rd.lines);
		hand_out_attempts(&rd);
	}
	free(rd.tried);
	free(rd.index);
	free(path);
	return rc;
}

/* Before the journal is read: what the plan knows. */
static void begin_sessions(struct run_record *r)
{
	r->sessions = arena_alloc(&r->arena, (r->plan_count + 1) * sizeof *r->sessions);
	r->started = arena_alloc(&r->arena, r->plan_count + 1);
	for (size_t i = 0; i < r->plan_count; i++) {
		struct session_result *s = &r->sessions[i];

		fill_from_plan(s, r, &r->plan[i]);
		if (r->plan[i].skip) {
			s->verdict = VERDICT_SKIPPED;
			s->why = r->plan[i].skip;
		}
	}
}

static void explain_unended(struct run_record *r)
{
	for (size_t i = 0; i < r->plan_count; i++)
		if (r->sessions[i].verdict == VERDICT_NONE)
			r->sessions[i].why = r->started[i] ? "the run was cut short while this session ran"
							   : "the run was cut short before this session began";
}

/* Settings, plan, and sessions that have not begun. */
static int read_plan(struct run_record *r, const char *run_dir, struct err *e)
{
	char *dir = realpath(run_dir, NULL);
	int rc;

	memset(r, 0, sizeof *r);
	arena_init(&r->arena);
	if (!dir) {
		err_sys(e, ERR_USAGE, "there is no such run");
		return err_at(e, run_dir, 0, 0);
	}
	r->dir = arena_strdup(&r->arena, dir);
	free(dir);
	rc = run_file_read(r, e);
	if (rc == 0)
		begin_sessions(r);
	return rc;
}

int run_record_read(struct run_record *r, const char *run_dir, struct err *e)
{
	struct buf text;
	int rc = read_plan(r, run_dir, e);

	if (rc < 0)
		return rc;
	buf_init(&text);
	rc = read_journal(r, &text, NULL, e);
	buf_finish(&text);
	explain_unended(r);
	return rc;
}

int run_brief_read(struct run_brief *b, const char *run_dir, struct err *e)
{
	int rc = read_plan(&b->r, run_dir, e);

	buf_init(&b->journal);
	b->whole = NULL;
	if (rc < 0)
		return rc;
	b->whole = xcalloc(b->r.plan_count + 1, sizeof *b->whole);
	rc = read_journal(&b->r, &b->journal, b, e);
	explain_unended(&b->r);
	return rc;
}

void run_brief_finish(struct run_brief *b)
{
	free(b->whole);
	buf_finish(&b->journal);
	run_record_finish(&b->r);
}

int run_brief_session(const struct run_brief *b, size_t place, struct session_result *s, struct err *e)
{
	const struct session_result *known = &b->r.sessions[place];
	int rc = 0;

	if (!b->whole[place].text) {
		*s = *known;
		memset(&s->arena, 0, sizeof s->arena);
		return 0;
	}
	rc = session_result_from_json(s, b->whole[place].text, b->whole[place].n, e);
	if (rc < 0) {
		session_result_finish(s);
		*s = *known;
		memset(&s->arena, 0, sizeof s->arena);
		return rc;
	}
	fill_from_plan(s, &b->r, &b->r.plan[place]);
	s->tried = known->tried;
	s->tried_count = known->tried_count;
	return 0;
}

void run_record_finish(struct run_record *r)
{
	arena_finish(&r->arena);
	memset(r, 0, sizeof *r);
}

static char *resolved(const char *path)
{
	char *probe = xasprintf("%s/" RUN_FILE, path);
	char *dir = file_exists(probe) ? realpath(path, NULL) : NULL;

	free(probe);
	return dir;
}

char *run_resolve(const char *results, const char *run, struct err *e)
{
	char *below = xasprintf("%s/%s", results, run);
	char *dir = run[0] ? resolved(below) : NULL;

	if (!dir && strchr(run, '/'))
		dir = resolved(run);
	free(below);
	if (dir)
		return dir;
	if (strcmp(run, "latest") == 0) {
		err_set(e, ERR_USAGE, "there is no run in %s yet", results);
		err_hint(e, "start one with 'runtest run SCENARIO', or say where the results are with --results DIR");
		return NULL;
	}
	err_set(e, ERR_USAGE, "there is no run '%s' in %s", run, results);
	err_hint(e, "RUN is 'latest', the name of a folder in %s, or a path; --results DIR looks elsewhere", results);
	return NULL;
}
