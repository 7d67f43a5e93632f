#include "slurm/follow.h"

#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "result/journal_lines.h"
#include "result/run_file.h"
#include "slurm/client.h"
#include "slurm/fate.h"
#include "slurm/part.h"
#include "slurm/state.h"
#include "slurm/submit.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/text.h"

#define CANCELLED_FILE "cancelled" /* in RUN/slurm: by whom, and when */

struct followed {
	const struct planned *planned;
	const struct slurm_group *group;
	long task;                  /* its place in the group's array */
	bool done;
	long long part_size;        /* as it was read last */
	struct slurm_state state;   /* as Slurm said last; texts from the follower's arena */
	int64_t silent_since_ms;    /* since when its job is over, or not known any more, without a result; 0: it is not */
	const char *const *merged;  /* what the journal has of it: keys, see key_of() */
};

struct follow {
	const struct follow_spec *spec;
	struct err *err;
	struct arena arena;        /* as long as the run is followed */
	struct arena polled;       /* what Slurm said last */
	struct followed *items;    /* sorted by the session's name */
	size_t count, open;
	int64_t ask_ms;            /* when Slurm is asked next */
	int64_t fetch_ms;          /* when what nodes have sent is fetched next */
	bool unfetched;            /* the last time it could not be */
	bool unanswered;           /* it was said that the controller does not answer */
	const char *const *told;   /* reasons for waiting that were said */
	const char *cancelled;     /* by whom */
};

static void say(const struct follow *f, const char *text)
{
	if (f->spec->say)
		f->spec->say(f->spec->ctx, text);
}

/* ---- which sessions ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct followed *)a)->planned->name, ((const struct followed *)b)->planned->name);
}

static struct followed *find(const struct follow *f, const char *session)
{
	struct planned name = {.name = session};
	struct followed key = {.planned = &name};

	return session && f->count ? bsearch(&key, f->items, f->count, sizeof key, by_name) : NULL;
}

/* A session of two groups was submitted again: the later one counts. */
static void find_groups(struct follow *f)
{
	for (size_t i = 0; i < f->spec->groups->count; i++) {
		const struct slurm_group *g = &f->spec->groups->items[i];

		for (long task = 0; g->sessions && g->sessions[task]; task++) {
			struct followed *s = find(f, g->sessions[task]);

			if (s) {
				s->group = g;
				s->task = task;
			}
		}
	}
}

static void make_items(struct follow *f)
{
	const struct run_record *r = f->spec->record;
	size_t kept = 0;

	f->items = arena_alloc(&f->arena, (r->plan_count + 1) * sizeof *f->items);
	for (size_t i = 0; i < r->plan_count; i++)
		f->items[i].planned = &r->plan[i];
	f->count = r->plan_count;
	qsort(f->items, f->count, sizeof *f->items, by_name);
	find_groups(f);
	for (size_t i = 0; i < f->count; i++)
		if (f->items[i].group)
			f->items[kept++] = f->items[i];
	f->count = f->open = kept;
}

static const char *job_of(struct arena *a, const struct followed *s)
{
	return arena_printf(a, "%lld_%ld", (long long)s->group->job, s->task);
}

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
	struct followed *s = find(f, slash ? slash + 1 : full);
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

static int recall_all(struct follow *f)
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

/* Where a result came from. */
struct origin {
	int restart, attempt; /* attempt 0: the follower's own word */
	const char *job, *node;
	bool ended;
};

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
			say(f, arena_printf(&r.arena, "%s: attempt %d: %s: %s", s->planned->name, r.attempts, verdict_name(r.verdict),
					    r.why ? r.why : ""));
	}
	session_result_finish(&r);
}

/* Into the run's journal, unless it is there. The object is taken. */
static int merge(struct follow *f, struct followed *s, json_t *result, const struct origin *o)
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

/* A result of the node's own, or (NULL) one that says what the plan knows. */
static json_t *result_of(const struct follow *f, const struct followed *s, const char *json, int attempts)
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

static void set_verdict(json_t *result, enum verdict verdict, const char *why)
{
	json_object_set_new(result, "verdict", json_string(verdict_name(verdict)));
	json_object_del(result, "cause");
	json_object_set_new(result, "why", json_string(why));
}

/* How many attempts the runs before had, and this one. */
static int attempts_before(const struct part *p, size_t run)
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
			rc = merge(f, s, result_of(f, s, r->events[i].result, 0),
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
	result = result_of(f, s, end ? end->result : NULL, attempts_before(p, run) + 1);
	set_verdict(result, VERDICT_INFRA, fate_of_earlier(r->job, r->node, a));
	return merge(f, s, result, &o);
}

static bool is_final(const struct part_event *end)
{
	return end && (end->verdict != VERDICT_CANCELLED || end->left_out);
}

/* ---- the end of a job that left no result ---- */

/* Of what the job printed the last line that names an error, or the last one that is not empty; in place. NULL: nothing. */
static char *choose_line(char *text)
{
	char *chosen = NULL, *save = NULL;
	bool error = false;

	for (char *l = strtok_r(text, "\r\n", &save); l; l = strtok_r(NULL, "\r\n", &save)) {
		bool names = strstr(l, "error: ") != NULL;

		if (!names && (error || !l[strspn(l, " \t")]))
			continue;
		chosen = l;
		error |= names;
	}
	return chosen;
}

/* Fit for a terminal; or NULL. */
static const char *last_words(const struct follow *f, const struct followed *s, struct arena *a)
{
	enum { LONGEST = 300 };
	char *path = arena_printf(a, "%s/" SLURM_FOLDER "/%s.%ld.out", f->spec->record->dir, s->group->name, s->task), *chosen;
	const char *line = NULL;
	struct buf text, clean;

	buf_init(&text);
	buf_init(&clean);
	if (file_exists(path) && file_read(path, &text, NULL) == 0 && text.len && (chosen = choose_line(text.data))) {
		text_add_shortened(&clean, chosen, LONGEST);
		line = clean.len ? text_clean(clean.data, a) : NULL;
	}
	buf_finish(&clean);
	buf_finish(&text);
	return line;
}

/* Long enough for what the node wrote last to be seen here, where the folder is on a network. */
static bool has_waited(const struct follow *f, struct followed *s)
{
	enum { AFTER_END_MS = 1500, AFTER_SUCCESS_MS = 10000 };
	bool sent = f->spec->fetch || s->state.end == ENDED_COMPLETED || s->state.stage == STAGE_UNKNOWN;
	int64_t enough = sent ? AFTER_SUCCESS_MS : AFTER_END_MS;

	if (!s->silent_since_ms || f->unfetched)
		s->silent_since_ms = clock_ms();
	return clock_ms() - s->silent_since_ms >= enough;
}

static int conclude(struct follow *f, struct followed *s, const struct part *p, struct arena *a)
{
	const struct part_run *r = p->count ? &p->runs[p->count - 1] : NULL;
	const struct part_event *end = r ? part_run_end(r) : NULL;
	struct fate_facts facts = {
		.state = s->state,
		.job = job_of(a, s),
		.node = r ? r->node : s->state.node,
		.minutes = s->group->minutes,
		.began = r && r->started,
		.cancelled = f->cancelled,
		.said = last_words(f, s, a),
	};
	struct origin o = {r ? r->restart : 0, 0, facts.job, facts.node, true};
	json_t *result = result_of(f, s, end ? end->result : NULL, p->count ? attempts_before(p, p->count - 1) + facts.began : 0);
	enum verdict verdict;
	const char *why = fate_of(&facts, &verdict, a);

	/* Somebody else than Slurm told the node's runtest to end: its own words stand. */
	if (!end || (s->state.end != ENDED_COMPLETED && s->state.end != ENDED_FAILED))
		set_verdict(result, verdict, why);
	return merge(f, s, result, &o);
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
			rc = merge(f, s, result_of(f, s, end->result, 0),
				   &(struct origin){r->restart, end->attempt, r->job, r->node, true});
		else if (rc == 0 && i + 1 < p->count)
			rc = merge_earlier(f, s, p, i, a);
	}
	return rc;
}

static bool is_over(const struct followed *s)
{
	return s->state.stage == STAGE_ENDED || (s->state.stage == STAGE_UNKNOWN && s->silent_since_ms);
}

static int settle(struct follow *f, struct followed *s)
{
	char *path = xasprintf("%s/" PARTS_FOLDER "/%s/%s.jsonl", f->spec->record->dir, s->group->name, s->planned->name);
	long long size = file_size(path);
	bool over = is_over(s) && has_waited(f, s);
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
		rc = conclude(f, s, &p, &a);
	arena_finish(&a);
	return rc;
}

/* ---- asking Slurm ---- */

static const char *names_word(struct arena *a, const char *run, const struct slurm_groups *groups)
{
	const char *word;
	struct buf b;

	buf_init(&b);
	buf_adds(&b, "--name=");
	for (size_t i = 0; i < groups->count; i++)
		buf_printf(&b, "%s%s", i ? "," : "", submit_job_name(run, &groups->items[i], a));
	word = arena_strdup(a, b.data);
	buf_finish(&b);
	return word;
}

static const struct slurm_group *find_group(const struct follow *f, int64_t job)
{
	const struct slurm_groups *g = f->spec->groups;

	for (size_t i = 0; i < g->count; i++)
		if (g->items[i].job == job)
			return &g->items[i];
	return NULL;
}

static void take_state(struct follow *f, const struct slurm_group *g, long task, const struct slurm_line *line)
{
	struct followed *s = find(f, g->sessions[task]);

	if (s && s->group == g)
		s->state = line->state;
}

static void take_line(struct follow *f, const struct slurm_line *line)
{
	const struct slurm_group *g = find_group(f, line->job);
	size_t size = g ? group_size(g) : 0;
	const char *tasks = line->tasks;
	struct slurm_range r;

	while (g && tasks_next(&tasks, &r))
		for (long task = r.from; task <= r.to && (size_t)task < size; task += r.step)
			take_state(f, g, task, line);
}

static void take_rest(struct follow *f, const struct slurm_line *line)
{
	const struct slurm_group *g = find_group(f, line->job);

	for (long task = 0; g && g->sessions[task]; task++)
		take_state(f, g, task, line);
}

static void take_lines(struct follow *f, const struct buf *said,
		       bool (*next)(const char *, size_t, size_t *, struct slurm_line *, struct arena *))
{
	const char *text = said->data ? said->data : "";
	struct slurm_line line = {0};
	size_t at = 0;

	while (next(text, said->len, &at, &line, &f->polled))
		if (!*line.tasks)
			take_rest(f, &line);
	at = 0;
	while (next(text, said->len, &at, &line, &f->polled))
		if (*line.tasks)
			take_line(f, &line);
}

/* Those that the queue has forgotten may be in the accounts, where there are any. */
static void ask_accounts(struct follow *f)
{
	const char *argv[] = {"sacct", "--noheader", "--parsable2", "--allocations", "--array", SACCT_FORMAT,
			      "--starttime=1970-01-01", names_word(&f->polled, f->spec->record->settings.run, f->spec->groups), NULL};
	struct client_call call = {.argv = argv, .despite_signals = true};
	struct buf said;
	struct err e;

	buf_init(&said);
	if (client_call(&call, &said, &e) == 0)
		take_lines(f, &said, sacct_next);
	buf_finish(&said);
}

/* A job that waits for somebody, and not for its turn: scheduler's reasons of squeue(1), 22.05. */
static bool waits_in_vain(const char *reason)
{
	static const char *const words[] = {"held", "Held", "Never", "BadConstraints", "PartitionDown", "PartitionInactive", "PartitionNodeLimit",
					    "PartitionTimeLimit", "ReqNodeNotAvail", "AssocMax", "QOSMax", "InvalidAccount", "InvalidQOS"};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strstr(reason, words[i]))
			return true;
	return false;
}

/* Once for each reason. */
static void tell_waiting(struct follow *f, const struct followed *s)
{
	const char *reason = s->state.reason;

	if (s->state.stage != STAGE_WAITING || !waits_in_vain(reason))
		return;
	for (const char *const *t = f->told; t && *t; t++)
		if (strcmp(*t, reason) == 0)
			return;
	reason = arena_strdup(&f->arena, reason);
	f->told = arena_list_add(&f->arena, f->told, reason);
	reason = text_clean(reason, &f->polled);
	say(f, arena_printf(&f->polled, "job %s waits: %s; `scontrol show job %s` says more", job_of(&f->polled, s), reason,
			    job_of(&f->polled, s)));
}

/* A job that comes back, or goes on, is not silent any more. */
static void note_silence(struct follow *f)
{
	size_t forgotten = 0;

	for (size_t i = 0; i < f->count; i++)
		forgotten += !f->items[i].done && f->items[i].state.stage == STAGE_UNKNOWN;
	if (forgotten)
		ask_accounts(f);
	for (size_t i = 0; i < f->count; i++) {
		struct followed *s = &f->items[i];
		bool silent = s->state.stage == STAGE_ENDED || s->state.stage == STAGE_UNKNOWN;

		if (s->done)
			continue;
		tell_waiting(f, s);
		if (silent && !s->silent_since_ms)
			s->silent_since_ms = clock_ms();
		else if (!silent)
			s->silent_since_ms = 0;
	}
}

static int unanswered(struct follow *f, const struct err *e)
{
	if (e->kind != ERR_INFRA || e->sys == 0) {
		if (f->err)
			*f->err = *e;
		return e->kind == ERR_CANCELLED ? 0 : -1;
	}
	if (!f->unanswered)
		say(f, "Slurm's controller does not answer; waiting for it");
	f->unanswered = true;
	return 0;
}

static int ask(struct follow *f)
{
	const char *argv[] = {"squeue", "--noheader", "--array", "--states=all", SQUEUE_FORMAT, NULL, NULL};
	struct client_call call = {.argv = argv, .despite_signals = f->spec->despite_signals};
	struct buf said;
	struct err e = {0};
	int rc = 0;

	arena_finish(&f->polled);
	arena_init(&f->polled);
	argv[5] = names_word(&f->polled, f->spec->record->settings.run, f->spec->groups);
	for (size_t i = 0; i < f->count; i++)
		f->items[i].state = (struct slurm_state){.name = "", .node = "", .reason = ""};
	buf_init(&said);
	if (client_call(&call, &said, &e) < 0) {
		for (size_t i = 0; i < f->count; i++)
			f->items[i].state.stage = STAGE_RUNNING; /* nobody knows: nothing is concluded */
		rc = unanswered(f, &e);
	} else {
		if (f->unanswered)
			say(f, "Slurm's controller answers again");
		f->unanswered = false;
		take_lines(f, &said, squeue_next);
		note_silence(f);
	}
	buf_finish(&said);
	return rc;
}

static void recall_cancellation(struct follow *f)
{
	char *path = xasprintf("%s/" SLURM_FOLDER "/" CANCELLED_FILE, f->spec->record->dir);
	struct buf text;

	buf_init(&text);
	if (!f->cancelled && file_exists(path) && file_read(path, &text, NULL) == 0 && text.len)
		f->cancelled = text_clean(text.data, &f->arena);
	buf_finish(&text);
	free(path);
}

/* ---- until all is said ---- */

/* Where very many are open, each is looked at less often. */
static int64_t tick_ms(const struct follow *f)
{
	enum { LEAST = 50, MOST = 1000 };
	size_t ms = f->open / 10;

	return ms < LEAST ? LEAST : ms > MOST ? MOST : (int64_t)ms;
}

static int64_t between_questions_ms(const struct follow *f)
{
	enum { LEAST = 1000, MOST = 15000 };
	size_t ms = f->open * 5;

	return ms < LEAST ? LEAST : ms > MOST ? MOST : (int64_t)ms;
}

/* A server that does not answer is waited for, as Slurm's is. */
static int fetch(struct follow *f)
{
	enum { BETWEEN_MS = 500 };
	struct err e = {0};
	int rc;

	if (!f->spec->fetch || clock_ms() < f->fetch_ms)
		return 0;
	rc = f->spec->fetch(f->spec->ctx, &e);
	f->fetch_ms = clock_ms() + BETWEEN_MS;
	if (rc < 0 && e.kind != ERR_INFRA) {
		*f->err = e;
		return -1;
	}
	if (rc < 0 && !f->unfetched)
		say(f, arena_printf(&f->arena, "%s; waiting for it", e.what));
	f->unfetched = rc < 0;
	return 0;
}

static int turn(struct follow *f)
{
	int rc = fetch(f);

	if (rc == 0 && clock_ms() >= f->ask_ms) {
		recall_cancellation(f);
		rc = ask(f);
		f->ask_ms = clock_ms() + between_questions_ms(f);
	}
	for (size_t i = 0; rc == 0 && i < f->count; i++)
		if (!f->items[i].done)
			rc = settle(f, &f->items[i]);
	return rc;
}

static int go_on(struct follow *f)
{
	struct pollfd stop = {.fd = f->spec->despite_signals ? -1 : cancel_fd(), .events = POLLIN};
	int rc;

	while ((rc = turn(f)) == 0 && f->open) {
		if (!f->spec->despite_signals && cancel_requested())
			return 1;
		poll(&stop, 1, (int)tick_ms(f));
	}
	return rc;
}

int follow_run(const struct follow_spec *spec, struct err *e)
{
	struct follow f = {.spec = spec, .err = e};
	int rc;

	arena_init(&f.arena);
	arena_init(&f.polled);
	make_items(&f);
	for (size_t i = 0; i < f.count; i++) {
		f.items[i].state = slurm_state_of("PENDING");
		f.items[i].part_size = -1;
	}
	f.ask_ms = clock_ms() + 1000;
	rc = recall_all(&f);
	if (rc == 0)
		rc = go_on(&f);
	arena_finish(&f.polled);
	arena_finish(&f.arena);
	return rc;
}

/* ---- cancelling ---- */

static int note_cancelled(const char *run_dir, const char *who, struct err *e)
{
	char now[CLOCK_ISO_SIZE], *path = xasprintf("%s/" SLURM_FOLDER "/" CANCELLED_FILE, run_dir);
	char *text = xasprintf("%s at %s", who, clock_iso(now));
	int rc = file_write_atomic(path, text, strlen(text), true, e);

	free(text);
	free(path);
	return rc;
}

int follow_cancel(const char *run_dir, const char *run, const struct slurm_groups *groups, const char *who, struct err *e)
{
	struct arena a;
	struct buf out;
	int rc = 0;

	if (who && note_cancelled(run_dir, who, e) < 0)
		return -1;
	arena_init(&a);
	buf_init(&out);
	for (size_t i = 0; rc == 0 && i < groups->count; i++) {
		const char *argv[] = {"scancel", "--quiet", arena_printf(&a, "--name=%s", submit_job_name(run, &groups->items[i], &a)),
				      NULL};
		struct client_call call = {.argv = argv, .patience_ms = INT64_MAX, .despite_signals = true};

		rc = client_call(&call, &out, e);
	}
	buf_finish(&out);
	arena_finish(&a);
	return rc;
}

static long count_tasks(const char *list)
{
	struct slurm_range r;
	long n = !*list;

	while (tasks_next(&list, &r))
		n += (r.to - r.from) / r.step + 1;
	return n;
}

long follow_active(const char *run, const struct slurm_groups *groups, struct err *e)
{
	const char *argv[] = {"squeue", "--noheader", "--array", "--states=all", SQUEUE_FORMAT, NULL, NULL};
	struct client_call call = {.argv = argv, .patience_ms = INT64_MAX, .despite_signals = true};
	struct slurm_line line = {0};
	struct arena a;
	struct buf out;
	size_t at = 0;
	long n = 0;

	if (!groups->count)
		return 0;
	arena_init(&a);
	buf_init(&out);
	argv[5] = names_word(&a, run, groups);
	if (client_call(&call, &out, e) < 0)
		n = -1;
	while (n >= 0 && squeue_next(out.data ? out.data : "", out.len, &at, &line, &a))
		if (line.state.stage != STAGE_ENDED)
			n += count_tasks(line.tasks);
	buf_finish(&out);
	arena_finish(&a);
	return n;
}
