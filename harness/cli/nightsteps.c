#include "cli/nightsteps.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/again.h"
#include "nightly/gate.h"
#include "nightly/jobs.h"
#include "result/run_file.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/text.h"

#define HEALTH_RESULTS "health" /* below the results, where `runtest health` has them by itself */

void night_trouble(struct nightly_night *n, const char *subject, const char *text)
{
	struct buf said;

	n->troubles = arena_grow(&n->arena, n->troubles, &n->trouble_room, n->trouble_count + 1, sizeof *n->troubles);
	n->troubles[n->trouble_count++] = (struct trouble){arena_strdup(&n->arena, subject), arena_strdup(&n->arena, text)};
	buf_init(&said);
	text_add_line(&said, text);
	fprintf(stderr, "runtest: nightly: %s: %s\n", subject, said.data ? said.data : "");
	buf_finish(&said);
}

static int stopped(struct err *e)
{
	return err_set(e, ERR_CANCELLED, "stopped by a signal");
}

/* ---- the gate ---- */

#define GATE_WAIT "10m" /* for a unit that somebody has: then nothing is known of it, and it is used */

static void leave_out(struct nightly_night *n, const struct trouble *ill)
{
	night_trouble(n, ill->subject, arena_printf(&n->arena, "left out: %s", ill->text));
	n->ill_count++;
}

static int leave_out_all(struct nightly_night *n, const struct gate *g, struct err *e)
{
	for (size_t i = 0; i < g->count; i++) {
		leave_out(n, &g->ill[i]);
		if (night_left_out(&n->record, g->ill[i].subject, g->ill[i].text, e) < 0)
			return -1;
	}
	return night_gated(&n->record, e);
}

static const char *const *health_words(const struct nightly_night *n, const char *const *units, struct arena *a)
{
	static const char *const first[] = {"health", "--json", "--wait", GATE_WAIT, "--results", NULL};
	const char *const *words = NULL;

	for (const char *const *w = first; *w; w++)
		words = arena_list_add(a, words, *w);
	words = arena_list_add(a, words, arena_printf(a, "%s/" HEALTH_RESULTS, n->results));
	for (; *units; units++)
		words = arena_list_add(a, words, *units);
	return words;
}

/* One that cannot be asked keeps nobody out: the sessions will tell. */
static int ask(struct nightly_night *n, const char *const *units, struct gate *g, struct err *e)
{
	struct err wrong;
	struct buf said;
	int status;

	buf_init(&said);
	status = again_run(n->cli, n->project->root, health_words(n, units, &n->arena), &said, e);
	if (status >= 0 && !cancel_requested() && gate_read(g, said.data, said.len, &n->arena, &wrong) < 0)
		night_trouble(n, "gate", arena_printf(&n->arena, "no unit was asked: `runtest health` exited with status %d", status));
	buf_finish(&said);
	if (cancel_requested())
		return stopped(e);
	return status < 0 ? -1 : 0;
}

int night_gate(struct nightly_night *n, struct err *e)
{
	const char *const *units = jobs_hardware(n->nightly, n->project, &n->arena);
	struct gate g = {0};

	if (!n->nightly->gate || !*units)
		return 0;
	if (n->state.gated) {
		for (size_t i = 0; i < n->state.left_out_count; i++)
			leave_out(n, &n->state.left_out[i]);
		return 0;
	}
	return ask(n, units, &g, e) < 0 ? -1 : leave_out_all(n, &g, e);
}

/* ---- the jobs ---- */

static int64_t left_ms(const struct nightly_night *n)
{
	return n->nightly->budget_ms - ((int64_t)time(NULL) * 1000 - n->began_ms);
}

static void note_job(struct nightly_night *n, const char *name, const char *run, int status)
{
	n->jobs[n->job_count++] = (struct bulletin_job){name, run, status};
	n->status = status_graver(status, n->status);
}

/* It is not begun at all: nothing of it was run, as if no board had been there. */
static int pass_over(struct nightly_night *n, const struct nightly_job *j, const char *why, struct err *e)
{
	enum { NOT_RUN = 4 };

	night_trouble(n, arena_printf(&n->arena, "job %s", j->name), why);
	note_job(n, j->name, NULL, NOT_RUN);
	return night_job_ended(&n->record, j->name, NULL, NOT_RUN, e);
}

static bool is_there(const struct nightly_night *n, const char *run)
{
	char *path = xasprintf("%s/%s/" RUN_FILE, n->results, run);
	bool there = file_exists(path);

	free(path);
	return there;
}

/* A job ran that left no run: its own words went past us, above. */
static void check_run(struct nightly_night *n, const struct nightly_job *j, const char **run, int status)
{
	if (is_there(n, *run))
		return;
	*run = NULL;
	night_trouble(n, arena_printf(&n->arena, "job %s", j->name), arena_printf(&n->arena, "it did not begin: exit status %d", status));
}

static int run_job(struct nightly_night *n, const struct nightly_job *j, const char *run, const char *const *words, struct err *e)
{
	int status;

	printf("nightly: job %s, run %s\n", j->name, run);
	if (night_job_began(&n->record, j->name, run, e) < 0)
		return -1;
	cancel_drain_first(isatty(STDERR_FILENO)); /* what is typed drains the job, and no other is begun */
	status = again_run(n->cli, n->project->root, words, NULL, e);
	cancel_drain_first(false);
	if (cancel_draining())
		cancel_request(SIGINT);
	if (status < 0)
		return -1;
	check_run(n, j, &run, status);
	if (night_job_ended(&n->record, j->name, run, status, e) < 0)
		return -1;
	note_job(n, j->name, run, status);
	return cancel_requested() ? stopped(e) : 0;
}

static const char *new_run_id(struct arena *a)
{
	char id[32];

	journal_new_id(id);
	return arena_strdup(a, id);
}

/* By itself, and not by a signal. */
static bool has_ended(const struct night_job *j)
{
	return j->status >= 0 && j->status != 130 && j->status != 143;
}

/* Was it cut short, and left a run that can be gone on with? */
static bool can_resume(const struct nightly_night *n, const struct night_job *before)
{
	return before && before->run && !has_ended(before) && is_there(n, before->run);
}

static int do_job(struct nightly_night *n, size_t at, struct err *e)
{
	const struct nightly_job *j = &n->nightly->jobs[at];
	const struct night_job *before = night_find_job(&n->state, j->name);
	const char *const *boards = job_boards(j, n->project, n->troubles, n->ill_count, &n->arena);
	int64_t time_ms = job_time_ms(n->nightly, at, left_ms(n));
	const char *run;

	if (before && has_ended(before)) {
		if (!before->run)
			night_trouble(n, arena_printf(&n->arena, "job %s", j->name), "it was not run");
		note_job(n, j->name, before->run, before->status);
		return 0;
	}
	if (boards && !*boards)
		return pass_over(n, j, "every board that it names was left out", e);
	if (time_ms < 0)
		return pass_over(n, j, "no time was left for it", e);
	if (can_resume(n, before))
		return run_job(n, j, before->run, job_resume_words(j, time_ms, n->results, before->run, &n->arena), e);
	run = new_run_id(&n->arena);
	return run_job(n, j, run, job_words(j, boards, time_ms, n->results, run, &n->arena), e);
}

int night_jobs(struct nightly_night *n, struct err *e)
{
	n->jobs = arena_alloc(&n->arena, n->nightly->job_count * sizeof *n->jobs);
	for (size_t i = 0; i < n->nightly->job_count; i++)
		if (do_job(n, i, e) < 0)
			return -1;
	return 0;
}

/* ---- what is kept ---- */

static int clear(struct nightly_night *n, const char *results, struct err *e)
{
	int status = again_run(n->cli, n->project->root, keep_words(n->nightly->keep, results, &n->arena), NULL, e);

	if (status < 0)
		return -1;
	if (cancel_requested())
		return stopped(e);
	if (status)
		night_trouble(n, "gc", arena_printf(&n->arena, "old runs in %s could not be removed: exit status %d", results, status));
	return night_cleared(&n->record, status, e);
}

/* The checks of the gate are runs, too, and nobody else removes them. */
int night_clear(struct nightly_night *n, struct err *e)
{
	const char *checks = arena_printf(&n->arena, "%s/" HEALTH_RESULTS, n->results);

	if (!n->nightly->keep)
		return 0;
	if (clear(n, n->results, e) < 0)
		return -1;
	return file_exists(checks) ? clear(n, checks, e) : 0;
}
