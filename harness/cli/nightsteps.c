#include "cli/nightsteps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/again.h"
#include "nightly/jobs.h"
#include "result/run_file.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/text.h"

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

/* The last line of what was said, which sums it up. */
static const char *last_line(const struct buf *said, struct arena *a)
{
	size_t end = said->len, begin;

	while (end && strchr("\r\n ", said->data[end - 1]))
		end--;
	for (begin = end; begin && said->data[begin - 1] != '\n'; begin--)
		;
	return arena_strndup(a, said->data ? said->data + begin : "", end - begin);
}

static int leave_out(struct nightly_night *n, const char *unit, const char *why, bool record, struct err *e)
{
	night_trouble(n, unit, arena_printf(&n->arena, "left out: %s", why));
	n->ill_count++;
	return record ? night_left_out(&n->record, unit, why, e) : 0;
}

static int ask(struct nightly_night *n, const char *unit, struct err *e)
{
	const char *const words[] = {"health", unit, NULL};
	struct buf said;
	const char *why;
	int status;

	buf_init(&said);
	status = again_run(n->cli, n->project->root, words, &said, e);
	why = last_line(&said, &n->arena);
	buf_finish(&said);
	if (cancel_requested())
		return stopped(e);
	if (status <= 0)
		return status;
	return leave_out(n, unit, *why ? why : arena_printf(&n->arena, "`runtest health` exited with status %d", status), true, e);
}

static int remember_gate(struct nightly_night *n, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n->state.left_out_count; i++)
		rc = leave_out(n, n->state.left_out[i].subject, n->state.left_out[i].text, false, e);
	return rc;
}

static bool was_left_out(const struct nightly_night *n, const char *unit)
{
	for (size_t i = 0; i < n->state.left_out_count; i++)
		if (strcmp(n->state.left_out[i].subject, unit) == 0)
			return true;
	return false;
}

int night_gate(struct nightly_night *n, struct err *e)
{
	const char *const *units = jobs_hardware(n->nightly, n->project, &n->arena);
	int rc = remember_gate(n, e);

	if (rc < 0 || !n->nightly->gate || n->state.gated)
		return rc;
	for (; rc == 0 && *units; units++)
		if (!was_left_out(n, *units))
			rc = ask(n, *units, e);
	return rc < 0 ? -1 : night_gated(&n->record, e);
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
	status = again_run(n->cli, n->project->root, words, NULL, e);
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

/* Was it cut short, and left a run that can be gone on with? */
static bool can_resume(const struct nightly_night *n, const struct night_job *before)
{
	return before && before->run && is_there(n, before->run) &&
	       (before->status < 0 || before->status == 130 || before->status == 143);
}

static int do_job(struct nightly_night *n, size_t at, struct err *e)
{
	const struct nightly_job *j = &n->nightly->jobs[at];
	const struct night_job *before = night_find_job(&n->state, j->name);
	const char *const *boards = job_boards(j, n->project, n->troubles, n->ill_count, &n->arena);
	int64_t time_ms = job_time_ms(n->nightly, at, left_ms(n));
	const char *run;

	if (before && before->status >= 0 && before->status != 130 && before->status != 143) {
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

int night_clear(struct nightly_night *n, struct err *e)
{
	const char *const *words;
	int status;

	if (!n->nightly->keep)
		return 0;
	words = keep_words(n->nightly->keep, n->results, &n->arena);
	status = again_run(n->cli, n->project->root, words, NULL, e);
	if (status < 0)
		return -1;
	if (status)
		night_trouble(n, "gc", arena_printf(&n->arena, "old runs could not be removed: exit status %d", status));
	return night_cleared(&n->record, status, e) < 0 ? -1 : cancel_requested() ? stopped(e) : 0;
}
