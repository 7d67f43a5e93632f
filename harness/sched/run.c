#include "sched/run.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sched/sched.h"
#include "session/session.h"
#include "util/cancel.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/proc.h"

struct run {
	const struct run_spec *spec;
	struct journal *journal;
	struct err *err;
	bool failed; /* the journal took no more */
};

static struct session_spec session_of(const struct run *r, size_t i)
{
	const struct job *job = &r->spec->plan->jobs[i];

	return (struct session_spec){
		.run = r->spec->run,
		.name = job->name,
		.scenario = job->scenario,
		.variant = job->variant->name,
		.config = job->config,
		.unit = job->unit,
		.units = job->units,
		.unit_count = job->unit_count,
		.repeat = job->repeat,
		.parameters = job->parameters,
		.want = job->want,
		.image = r->spec->images[i].image,
		.image_path = r->spec->images[i].path,
		.image_sha256 = r->spec->images[i].sha256,
		.files = r->spec->images[i].files,
		.dtb = r->spec->images[i].dtb,
		.media = r->spec->media,
		.run_dir = journal_dir(r->journal),
		.timeout_ms = r->spec->timeout_ms,
		.wait_ms = -1,
		.culprit = r->spec->culprit,
		.no_record = r->spec->no_record,
		.no_map = r->spec->no_map,
		.verbose = r->spec->verbose,
	};
}

static int keep(struct run *r, const char *json)
{
	struct session_result result;

	if (journal_session_ended(r->journal, json, r->err) < 0) {
		r->failed = true;
		return -1;
	}
	if (!r->spec->progress)
		return 0;
	if (session_result_from_json(&result, json, strlen(json), r->err) == 0)
		r->spec->progress(r->spec->ctx, &result);
	session_result_finish(&result);
	return 0;
}

static int keep_not_run(struct run *r, size_t i, enum verdict verdict, enum cause cause, const char *why)
{
	struct session_spec spec = session_of(r, i);
	struct session_result result;
	char *json;
	int rc;

	session_not_run(&spec, verdict, cause, why, &result);
	json = session_result_to_json(&result);
	session_result_finish(&result);
	rc = keep(r, json);
	free(json);
	return rc;
}

/* ---- one session in its child process ---- */

static void tidies_up(void *ctx)
{
	file_write_all(*(int *)ctx, &(const char){SCHED_TIDYING}, 1);
}

static void work(void *ctx, size_t i, int fd)
{
	struct session_spec spec = session_of(ctx, i);
	struct session_result result;
	struct session *s;
	char *json;

	/* A machine of QEMU's is there as soon as it is wanted; a unit of hardware is not free before it is off. */
	spec.steps_done = spec.unit->implied ? tidies_up : NULL;
	spec.ctx = &fd;
	s = session_run(&spec, &result);
	json = session_result_to_json(&result);
	file_write_all(fd, json, strlen(json));
	close(fd);
	free(json);
	session_leave(s);
	session_result_finish(&result);
}

static void starts(void *ctx, size_t i)
{
	struct run *r = ctx;

	journal_session_started(r->journal, r->spec->plan->jobs[i].name, NULL);
}

static int ended(void *ctx, size_t i, const struct buf *output, int wait_status)
{
	struct run *r = ctx;
	char status[96], why[160];

	const char *json = output->len && output->data[0] == SCHED_TIDYING ? output->data + 1 : output->data;

	if (output->len && *json && wait_status == 0)
		return keep(r, json);
	snprintf(why, sizeof why, "the session's own process %s", proc_status_text(wait_status, status, sizeof status));
	return keep_not_run(r, i, VERDICT_INFRA, CAUSE_NONE, why);
}

/* Jobs that cannot run have their verdict at once; the others' numbers go into `ready`. */
static int sort_out(struct run *r, size_t *ready, size_t *count)
{
	const struct plan *plan = r->spec->plan;
	int rc = 0;

	*count = 0;
	for (size_t i = 0; rc == 0 && i < plan->count; i++) {
		const struct run_image *image = &r->spec->images[i];

		if (r->spec->done && r->spec->done[i])
			continue;
		if (plan->jobs[i].skip)
			rc = keep_not_run(r, i, VERDICT_SKIPPED, CAUSE_NONE, plan->jobs[i].skip);
		else if (!image->image)
			rc = keep_not_run(r, i, VERDICT_FAIL, image->cause, image->failure);
		else
			ready[(*count)++] = i;
	}
	return rc;
}

/* A machine of QEMU is made for each session; of hardware there is one. */
static bool want_the_same_board(void *ctx, size_t a, size_t b)
{
	const struct job *jobs = ((struct run *)ctx)->spec->plan->jobs;
	const struct board_unit *u = jobs[a].unit;

	return u == jobs[b].unit && (!u->kind->qemu || u->qemu_serial);
}

/* How long a session may take to end once it was told to: hardware has to be switched off, and to be seen off. */
static int64_t grace_ms(const struct plan *p)
{
	enum { QEMU_MS = 10000, HARDWARE_MS = 120000 };

	for (size_t i = 0; i < p->count; i++)
		if (!p->jobs[i].unit->kind->qemu)
			return HARDWARE_MS;
	return QEMU_MS;
}

int run_execute(const struct run_spec *spec, struct journal *j, struct err *e)
{
	struct sched_ops ops = {work, starts, ended, want_the_same_board, grace_ms(spec->plan)};
	struct run r = {.spec = spec, .journal = j, .err = e};
	size_t *ready = xcalloc(spec->plan->count, sizeof *ready), count, started = 0;
	int rc = sort_out(&r, ready, &count);

	for (size_t i = 0; i < count; i++)
		session_share(spec->plan->jobs[ready[i]].scenario, spec->plan->jobs[ready[i]].unit->kind);
	if (rc == 0)
		started = sched_run(&ops, &r, ready, count, spec->at_once);
	free(ready);
	if (rc < 0 || r.failed)
		return -1;
	if (started < count && !cancel_requested())
		return err_set(e, ERR_INFRA, "cannot make another process: %zu of %zu sessions were not started",
			       count - started, count);
	return 0;
}
