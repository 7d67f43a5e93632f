#include "sched/run.h"

#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "config/quarantine.h"
#include "sched/aside.h"
#include "sched/capacity.h"
#include "sched/pace.h"
#include "sched/retry.h"
#include "sched/sched.h"
#include "sched/slots.h"
#include "sched/work.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/proc.h"

/* Of a job. */
struct place {
	struct tries tries;
	const struct board_unit *avoid; /* where the last attempt found the lab broken; NULL: nowhere */
	unsigned class;        /* of slots */
	unsigned char state;   /* enum slot_state, while it runs */
	struct glance *glance; /* while it runs, and somebody looks on */
};

/* Why a session is left out. */
enum omission { OMIT_STOPPED, OMIT_NO_TIME, OMIT_ASIDE };

enum { NEWS_MOST = 64 };

/* A result that somebody waits for. */
struct news {
	struct session_result result;
	bool again;
};

struct run {
	const struct run_spec *spec;
	struct journal *journal;
	struct place *places; /* by place in the plan */
	struct slots slots;
	struct pace pace;
	struct retry_budget retries;
	struct aside aside;
	char today[QUARANTINE_DAY]; /* when it began */
	bool stopped;         /* --fail-fast has had its failure */
	enum omission omission; /* why the last one that had its turn was left out */
	struct news *news;    /* of what came since the last settle() */
	size_t news_count, news_room;
	struct err *err;
	bool failed;          /* the journal took no more */
	bool cut;             /* draining has told a session to end */
};

static const struct job *job_of(const struct run *r, size_t i)
{
	return &r->spec->plan->jobs[i];
}

static struct session_spec session_of(const struct run *r, size_t i)
{
	return work_session(r->spec, journal_dir(r->journal), i);
}

static void work(void *ctx, size_t i, int fd)
{
	struct run *r = ctx;
	struct session_spec spec = session_of(r, i);
	const struct board_unit **units = xcalloc(spec.unit_count + 1, sizeof *units);

	if (r->spec->onlooker && r->spec->onlooker->stderr_fd >= 0)
		dup2(r->spec->onlooker->stderr_fd, STDERR_FILENO);
	spec.glance = r->places[i].glance;
	work_choose(&spec, r->places[i].avoid, r->spec->health ? &r->aside : NULL, units);
	work_do(&spec, fd);
	free(units);
}

/* ---- results ---- */

static int written(struct run *r, int rc)
{
	if (rc < 0)
		r->failed = true;
	return rc;
}

/* Nobody hears of it before it is kept: settle() tells. The result is the run's from here on. */
static void tell_later(struct run *r, struct session_result *result, bool again)
{
	if (!r->spec->progress)
		return;
	r->news = xgrow(r->news, &r->news_room, r->news_count + 1, sizeof *r->news);
	r->news[r->news_count++] = (struct news){*result, again};
	session_result_init(result);
}

/* They are not told where they could not be kept. */
static void tell_all(struct run *r, bool kept)
{
	for (size_t i = 0; i < r->news_count; i++) {
		if (kept)
			r->spec->progress(r->spec->ctx, &r->news[i].result, r->news[i].again);
		session_result_finish(&r->news[i].result);
	}
	r->news_count = 0;
}

static int settle(void *ctx)
{
	struct run *r = ctx;
	int rc = written(r, journal_sync(r->journal, r->err));

	tell_all(r, rc == 0);
	return rc;
}

/* Does it stop a run that is to stop at the first failure? */
static bool is_bad(const struct run *r, const struct session_result *result)
{
	enum verdict v = result->verdict;

	if (session_is_excused(result))
		return false;
	return verdict_fails_run(v) || v == VERDICT_INFRA || (v == VERDICT_FLAKY && r->spec->limits.flaky_fails);
}

/* A failure that is known is excused until a day that somebody has named. Is it? */
static bool excuse_known(const struct run *r, size_t i, struct session_result *result)
{
	const struct project *p = r->spec->project;
	const struct quarantine *q = p ? project_quarantine(p, job_of(r, i)->name, r->today) : NULL;

	if (!q || quarantine_expired(q, r->today) || (!verdict_fails_run(result->verdict) && result->verdict != VERDICT_FLAKY))
		return false;
	result->quarantine = (struct quarantine_note){
		.name = q->name, .reason = q->reason, .until = q->until,
		.where = arena_printf(&result->arena, "%s:%d", q->file, q->line),
	};
	return true;
}

/* What the session came to, whose last attempt this is; `json` is the result as it came, or NULL. */
static int keep(struct run *r, size_t i, struct session_result *result, const char *json)
{
	enum verdict v = tries_verdict(&r->places[i].tries, result->verdict);
	char *changed = NULL;
	int rc;

	if (v != result->verdict) {
		result->why = arena_printf(&result->arena, "attempt %d was as demanded, and an earlier one was not: %s",
					   result->attempts, verdict_name((enum verdict)r->places[i].tries.blame));
		result->verdict = v;
		json = NULL;
	}
	if (excuse_known(r, i, result) || !json)
		json = changed = session_result_to_json(result);
	rc = written(r, journal_session_ended(r->journal, json, r->err));
	free(changed);
	if (rc < 0)
		return -1;
	r->stopped = r->stopped || (r->spec->limits.fail_fast && is_bad(r, result));
	tell_later(r, result, false);
	return r->news_count < NEWS_MOST ? 0 : settle(r);
}

/* An attempt that is followed by another one. */
static int keep_attempt(struct run *r, struct session_result *result)
{
	char *json = session_result_to_json(result);
	int rc = written(r, journal_session_tried(r->journal, json, r->err));

	free(json);
	if (rc == 0)
		tell_later(r, result, true);
	return rc;
}

static int keep_not_run(struct run *r, size_t i, enum verdict verdict, enum cause cause, const char *not_run,
			const char *why)
{
	struct session_spec spec = session_of(r, i);
	struct session_result result;
	int rc;

	session_not_run(&spec, verdict, cause, why, &result);
	result.not_run = not_run;
	rc = keep(r, i, &result, NULL);
	session_result_finish(&result);
	return rc;
}

/* ---- when a session has its turn ---- */

static int64_t expected_ms(const struct run *r, size_t i)
{
	const struct job *job = job_of(r, i);
	int64_t seen = pace_expected_ms(&r->pace, job->scenario, job->unit->kind);

	/* What is only guessed keeps nobody from beginning: it may be wrong by far. */
	return seen >= 0 ? seen : job->seen ? job->expected_ms : 0;
}

static bool is_time_for(const struct run *r, size_t i)
{
	int64_t no_more_ms = r->spec->limits.no_more_ms;

	return !no_more_ms || clock_ms() + expected_ms(r, i) <= no_more_ms;
}

/* Why no unit is left on which it could run, or NULL. */
static const char *why_aside(struct run *r, size_t i)
{
	const struct job *job = job_of(r, i);

	return r->spec->health ? aside_all(&r->aside, job->units, job->unit_count) : NULL;
}

static enum sched_room room(void *ctx, size_t i)
{
	struct run *r = ctx;

	r->omission = r->stopped ? OMIT_STOPPED : !is_time_for(r, i) ? OMIT_NO_TIME : OMIT_ASIDE;
	if (r->omission != OMIT_ASIDE || why_aside(r, i))
		return SCHED_ROOM_NEVER;
	return slots_have_room(&r->slots, r->places[i].class) ? SCHED_ROOM_NOW : SCHED_ROOM_LATER;
}

static int dropped(void *ctx, size_t i)
{
	static const struct {
		const char *not_run, *why;
	} words[] = {
		[OMIT_STOPPED] = {NOT_RUN_STOPPED, "left out, because another session had failed (--fail-fast)"},
		[OMIT_NO_TIME] = {NOT_RUN_NO_TIME, "left out, because the run's time was over (--max-time)"},
	};
	struct run *r = ctx;

	if (r->omission == OMIT_ASIDE)
		return keep_not_run(r, i, VERDICT_INFRA, CAUSE_NONE, NULL, why_aside(r, i));
	return keep_not_run(r, i, VERDICT_CANCELLED, CAUSE_NONE, words[r->omission].not_run, words[r->omission].why);
}

static size_t line(void *ctx, size_t i)
{
	struct run *r = ctx;

	return r->slots.classes[r->places[i].class].line;
}

static void starts(void *ctx, size_t i)
{
	struct run *r = ctx;

	r->places[i].state = SLOT_WORKING;
	slots_take(&r->slots, r->places[i].class);
	journal_session_started(r->journal, job_of(r, i)->name, NULL);
	if (!r->spec->onlooker)
		return;
	r->places[i].glance = glance_make();
	r->spec->onlooker->begins(r->spec->ctx, i, r->places[i].glance);
}

static void says(void *ctx, size_t i, enum sched_word word)
{
	struct run *r = ctx;
	struct place *p = &r->places[i];
	enum slot_state was = (enum slot_state)p->state;
	enum slot_state now = word == SCHED_TIDYING ? SLOT_TIDYING : word == SCHED_WAITING ? SLOT_WAITING : SLOT_WORKING;

	if (was == SLOT_TIDYING || was == now)
		return;
	slots_move(&r->slots, p->class, was, now);
	p->state = (unsigned char)now;
	if (r->spec->onlooker && (was == SLOT_WAITING || now == SLOT_WAITING))
		r->spec->onlooker->waits(r->spec->ctx, i, now == SLOT_WAITING);
}

/* ---- when it has ended ---- */

/* It was told to end because the run's time was over, and not by anybody. */
static void excuse_overtime(const struct run *r, struct session_result *result)
{
	int64_t end_ms = r->spec->limits.end_ms;

	if (result->verdict != VERDICT_CANCELLED || result->not_run || cancel_requested() || !end_ms || clock_ms() < end_ms)
		return;
	result->not_run = NOT_RUN_NO_TIME;
	result->why = "told to end, because the run's time was over (--max-time)";
}

/* On which of its units it ran, or NULL. */
static const struct board_unit *unit_of(const struct run *r, size_t i, const struct session_result *result)
{
	const struct job *job = job_of(r, i);

	for (size_t u = 0; result->unit && u < job->unit_count; u++)
		if (strcmp(job->units[u]->name, result->unit) == 0)
			return job->units[u];
	return NULL;
}

/* What it says of the board. Who was told to end, never had it, or lost it to somebody, says nothing. */
static void note_health(struct run *r, size_t i, const struct session_result *result)
{
	const struct board_unit *u = unit_of(r, i, result);
	bool infra = result->verdict == VERDICT_INFRA;

	r->places[i].avoid = infra ? u : NULL;
	if (!r->spec->health || !u || !result->attempts || result->verdict == VERDICT_CANCELLED || (infra && !result->part))
		return;
	if (aside_note(&r->aside, u, infra, result->why, r->spec->run) && r->spec->set_aside)
		r->spec->set_aside(r->spec->ctx, u, result->why);
}

static bool is_tried_again(struct run *r, size_t i, const struct session_result *result)
{
	if (cancel_requested() || cancel_draining() || r->stopped || !is_time_for(r, i))
		return false;
	return retry_wanted(&r->retries, &r->places[i].tries, &job_of(r, i)->scenario->retries, result->verdict);
}

static enum sched_after conclude(struct run *r, size_t i, struct session_result *result, const char *json)
{
	const struct job *job = job_of(r, i);
	const char *was = result->not_run;

	excuse_overtime(r, result);
	r->cut = r->cut || (cancel_draining() && result->verdict == VERDICT_CANCELLED && !result->not_run);
	note_health(r, i, result);
	if (result->verdict != VERDICT_INFRA && result->verdict != VERDICT_CANCELLED)
		pace_note(&r->pace, job->scenario, job->unit->kind, result->duration_ms);
	if (is_tried_again(r, i, result))
		return keep_attempt(r, result) < 0 ? SCHED_STOP : SCHED_AGAIN;
	return keep(r, i, result, result->not_run == was ? json : NULL) < 0 ? SCHED_STOP : SCHED_DONE;
}

/* The session's process gave no result. */
static enum sched_after conclude_lost(struct run *r, size_t i, const char *why)
{
	struct session_spec spec = session_of(r, i);
	struct session_result result;
	enum sched_after after;

	session_not_run(&spec, VERDICT_INFRA, CAUSE_NONE, why, &result);
	after = conclude(r, i, &result, NULL);
	session_result_finish(&result);
	return after;
}

static enum sched_after ended(void *ctx, size_t i, const struct buf *output, int wait_status, const struct rusage *used)
{
	struct run *r = ctx;
	struct place *p = &r->places[i];
	struct session_result result;
	enum sched_after after;
	char status[96], why[160];

	if (r->spec->onlooker)
		r->spec->onlooker->ends(r->spec->ctx, i);
	glance_drop(p->glance);
	p->glance = NULL;
	slots_leave(&r->slots, p->class, (enum slot_state)p->state);
	slots_measure(&r->slots, p->class, (uint64_t)used->ru_maxrss << 10);
	if (!output->len || wait_status != 0) {
		snprintf(why, sizeof why, "the session's own process %s", proc_status_text(wait_status, status, sizeof status));
		return conclude_lost(r, i, why);
	}
	if (session_result_from_json(&result, output->data, output->len, r->err) < 0) {
		r->failed = true;
		after = SCHED_STOP;
	} else {
		after = conclude(r, i, &result, output->data);
	}
	session_result_finish(&result);
	return after;
}

/* ---- all of it ---- */

/* Jobs that cannot run have their verdict at once; the others' numbers go into `ready`, in the order of the plan. */
static int sort_out(struct run *r, size_t *ready, size_t *count)
{
	const struct plan *plan = r->spec->plan;
	int rc = 0;

	*count = 0;
	for (size_t k = 0; rc == 0 && k < plan->count; k++) {
		size_t i = plan->order ? plan->order[k] : k;
		const struct run_image *image = &r->spec->images[i];

		if (r->spec->done && r->spec->done[i])
			continue;
		if (plan->jobs[i].skip)
			rc = keep_not_run(r, i, VERDICT_SKIPPED, CAUSE_NONE, NULL, plan->jobs[i].skip);
		else if (!image->image)
			rc = keep_not_run(r, i, VERDICT_FAIL, image->cause, NULL, image->failure);
		else
			ready[(*count)++] = i;
	}
	return rc == 0 ? settle(r) : rc;
}

/* A machine of QEMU is made for each session; of hardware, and of a tty that a QEMU is plugged into, there is one. Where
 * any unit of a kind will do, there are as many as the kind has. */
static unsigned class_of(struct run *r, const struct job *job)
{
	const struct board_unit *u = job->unit;
	bool shared = !u->kind->qemu || u->qemu_serial, pool = job->unit_count > 1;
	const void *board = pool ? (const void *)u->kind : (const void *)u;

	return (unsigned)slots_class(&r->slots, u->kind, shared ? board : NULL, u->kind->qemu, shared ? job->unit_count : 0,
				     u->kind->qemu ? u->kind->memory.size : 0);
}

/* Two descriptors for each child, and as many that everything else may need. */
static size_t most_processes(void)
{
	enum { OTHERS = 64, FEWEST = 2 };
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) < 0 || l.rlim_cur == RLIM_INFINITY)
		return 0;
	return l.rlim_cur > OTHERS + 2 * FEWEST ? (l.rlim_cur - OTHERS) / 2 : FEWEST;
}

static void prepare(struct run *r)
{
	const struct plan *plan = r->spec->plan;
	struct slots_limits limits = {.cores = (size_t)capacity_cores(), .at_once = r->spec->limits.at_once,
				      .processes = most_processes(), .memory = capacity_memory};

	quarantine_today(r->today);
	slots_init(&r->slots, &limits);
	r->places = xcalloc(plan->count + 1, sizeof *r->places);
	r->retries = retry_budget_of(r->spec->limits.retries, plan->count);
	for (size_t i = 0; i < plan->count; i++) {
		r->places[i].class = class_of(r, &plan->jobs[i]);
		if (r->spec->before)
			tries_recall(&r->places[i].tries, r->spec->before[i].tried, r->spec->before[i].tried_count);
	}
}

static int64_t look(void *ctx)
{
	struct run *r = ctx;

	return r->spec->onlooker->look(r->spec->ctx);
}

/* How long a session may take to end once it was told to: hardware has to be switched off, and to be seen off. */
static int64_t grace_ms(const struct plan *p)
{
	enum { QEMU_MS = 60000, HARDWARE_MS = 120000 };

	for (size_t i = 0; i < p->count; i++)
		if (!p->jobs[i].unit->kind->qemu)
			return HARDWARE_MS;
	return QEMU_MS;
}

int run_execute(const struct run_spec *spec, struct journal *j, struct err *e)
{
	struct run r = {.spec = spec, .journal = j, .err = e};
	struct sched_ops ops = {.work = work, .starts = starts, .says = says, .ended = ended, .settle = settle, .line = line,
				.room = room, .dropped = dropped, .grace_ms = grace_ms(spec->plan),
				.look = spec->onlooker ? look : NULL, .look_fd = spec->onlooker ? spec->onlooker->look_fd : -1,
				.end_ms = spec->limits.end_ms};
	size_t *ready = xcalloc(spec->plan->count, sizeof *ready), count, left = 0;
	bool overtaken;
	int rc;

	journal_group(j);
	malloc_trim(0); /* what planning has left is copied, page by page, with every process that is made */
	prepare(&r);
	rc = sort_out(&r, ready, &count);
	for (size_t i = 0; i < count; i++)
		session_share(spec->plan->jobs[ready[i]].scenario, spec->plan->jobs[ready[i]].unit->kind);
	if (rc == 0)
		left = sched_run(&ops, &r, ready, count);
	if (cancel_draining() && (left || r.cut))
		cancel_request(SIGINT);
	overtaken = spec->limits.end_ms && clock_ms() >= spec->limits.end_ms;
	free(ready);
	free(r.places);
	slots_finish(&r.slots);
	pace_finish(&r.pace);
	aside_finish(&r.aside);
	tell_all(&r, false);
	free(r.news);
	rc = written(&r, journal_ungroup(j, e)) < 0 ? -1 : rc;
	if (rc < 0 || r.failed)
		return -1;
	if (left && !cancel_requested() && !overtaken)
		return err_set(e, ERR_INFRA, "cannot make another process: %zu of %zu sessions were not started", left, count);
	return 0;
}
