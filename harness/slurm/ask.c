/* What Slurm says of the jobs of a run that is followed. */
#include <string.h>

#include "slurm/client.h"
#include "slurm/followed.h"
#include "slurm/submit.h"
#include "util/clock.h"
#include "util/text.h"

const char *follow_names(struct arena *a, const char *run, const struct slurm_groups *groups)
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
	struct followed *s = follow_find(f, g->sessions[task]);

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
			      "--starttime=1970-01-01", follow_names(&f->polled, f->spec->record->settings.run, f->spec->groups), NULL};
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

/* Slurm holds a job whose launch has failed (a prolog that fails, a keeper of its first run that still lives) until somebody
 * releases it: nobody would, at night. Where it fails time after time, that is said, and the job waits for somebody. */
static bool release(struct follow *f, struct followed *s)
{
	enum { MOST = 3 };
	const char *job = follow_job(&f->polled, s);
	const char *argv[] = {"scontrol", "release", job, NULL};
	struct client_call call = {.argv = argv, .despite_signals = true};
	struct buf said;
	struct err e = {0};
	bool released;

	if (f->cancelled || s->releases >= MOST || !strstr(s->state.reason, "launch failed requeued held"))
		return false;
	buf_init(&said);
	released = client_call(&call, &said, &e) == 0;
	buf_finish(&said);
	if (released)
		follow_say(f, arena_printf(&f->polled, "Slurm could not launch job %s and held it; released (%d of %d times)", job, ++s->releases,
					   MOST));
	return released;
}

/* Once for each reason. */
static void tell_waiting(struct follow *f, struct followed *s)
{
	const char *reason = s->state.reason;

	if (s->state.stage != STAGE_WAITING || !waits_in_vain(reason) || release(f, s))
		return;
	for (const char *const *t = f->told; t && *t; t++)
		if (strcmp(*t, reason) == 0)
			return;
	reason = arena_strdup(&f->arena, reason);
	f->told = arena_list_add(&f->arena, f->told, reason);
	reason = text_clean(reason, &f->polled);
	follow_say(f, arena_printf(&f->polled, "job %s waits: %s; `scontrol show job %s` says more", follow_job(&f->polled, s), reason,
			    follow_job(&f->polled, s)));
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
		follow_say(f, "Slurm's controller does not answer; waiting for it");
	f->unanswered = true;
	return 0;
}

int follow_ask(struct follow *f)
{
	const char *argv[] = {"squeue", "--noheader", "--array", "--states=all", SQUEUE_FORMAT, NULL, NULL};
	struct client_call call = {.argv = argv, .despite_signals = f->spec->despite_signals};
	struct buf said;
	struct err e = {0};
	int rc = 0;

	arena_finish(&f->polled);
	arena_init(&f->polled);
	argv[5] = follow_names(&f->polled, f->spec->record->settings.run, f->spec->groups);
	for (size_t i = 0; i < f->count; i++)
		f->items[i].state = (struct slurm_state){.name = "", .node = "", .reason = ""};
	buf_init(&said);
	if (client_call(&call, &said, &e) < 0) {
		for (size_t i = 0; i < f->count; i++)
			f->items[i].state.stage = STAGE_RUNNING; /* nobody knows: nothing is concluded */
		rc = unanswered(f, &e);
	} else {
		if (f->unanswered)
			follow_say(f, "Slurm's controller answers again");
		f->unanswered = false;
		take_lines(f, &said, squeue_next);
		note_silence(f);
	}
	buf_finish(&said);
	return rc;
}
