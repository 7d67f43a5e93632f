#include "cli/trial.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/images.h"
#include "cli/progress.h"
#include "cli/runs.h"
#include "result/report.h"
#include "sched/run.h"
#include "util/cancel.h"
#include "util/units.h"

const char trial_help[] =
	"  --variant GLOB   variants; --board GLOB boards, by unit or kind; --config NAME configurations\n"
	"  --repeat N       boots of each\n"
	"  --set NAME=N     a scenario's parameter (repeatable)\n"
	"  --timeout TIME   limit of a whole session (30s, 2m) instead of the scenario's own\n"
	"  --jobs N         sessions at a time (as many as there are processors)\n"
	"  --results DIR    where runs are kept (results/ in the project's folder)\n"
	"  -v, --verbose    consoles and builds on stderr as they come\n";

void trial_options_init(struct trial_options *o)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	memset(o, 0, sizeof *o);
	arena_init(&o->arena);
	o->jobs = cores > 0 ? (size_t)cores : 1;
	o->want.repeat = 1;
}

void trial_options_finish(struct trial_options *o)
{
	arena_finish(&o->arena);
}

static int take_time(struct trial_options *o, const struct command *c, const char *value)
{
	if (units_duration_ms(value, &o->timeout_ms) < 0 || o->timeout_ms == 0)
		return command_usage_error(c, "--timeout takes a time such as 500ms, 30s or 2m, not '%s'", value);
	return 0;
}

static const char *const *add(struct trial_options *o, const char *const *list, const char *value)
{
	return arena_list_add(&o->arena, list, value);
}

int trial_option(struct trial_options *o, const struct command *c, int option, const char *value)
{
	struct plan_request *want = &o->want;
	long n = 0;
	int status = 0;

	switch (option) {
	case TRIAL_BOARD:
		want->boards = add(o, want->boards, value);
		return 0;
	case TRIAL_CONFIG:
		want->configs = add(o, want->configs, value);
		return 0;
	case TRIAL_VARIANT:
		want->variants = add(o, want->variants, value);
		return 0;
	case TRIAL_SET:
		want->set = add(o, want->set, value);
		return 0;
	case TRIAL_JOBS:
		status = command_count(c, "--jobs", value, 1024, &n);
		o->jobs = (size_t)n;
		return status;
	case TRIAL_REPEAT:
		status = command_count(c, "--repeat", value, 10000, &n);
		want->repeat = (int)n;
		return status;
	case TRIAL_RESULTS:
		o->results = value;
		return 0;
	case TRIAL_TIMEOUT:
		return take_time(o, c, value);
	case 'v':
		o->verbose = true;
		return 0;
	default:
		return 2;
	}
}

static void note_result(void *ctx, const struct session_result *r, bool again)
{
	progress_result(ctx, r, again);
}

static int boot(const struct trial *t, const struct images *images, struct journal *j, struct err *e)
{
	struct progress_want want = {.plan = t->plan, .at_once = t->options->jobs, .quiet = !isatty(STDERR_FILENO)};
	struct progress *p = progress_open(&want);
	struct run_spec spec = {
		.run = journal_run(j),
		.plan = t->plan,
		.images = images->by_job,
		.media = images->media,
		.limits = {.at_once = t->options->jobs},
		.wait_ms = -1,
		.timeout_ms = t->options->timeout_ms,
		.verbose = t->options->verbose,
		.progress = note_result,
		.onlooker = progress_onlooker(p),
		.ctx = p,
	};
	int rc = run_execute(&spec, j, e);

	progress_close(p);
	if (cancel_draining()) /* it is one of several */
		cancel_request(SIGINT);
	if (rc < 0 || runs_conclude(j, false, e) < 0)
		return -1;
	return cancel_requested() ? err_set(e, ERR_CANCELLED, "stopped while %s was running", journal_run(j)) : 0;
}

int trial_run(const struct trial *t, struct run_record *record, struct err *e)
{
	struct run_settings settings = {.run = t->run, .command = t->command, .jobs = (int)t->options->jobs,
					.timeout_ms = t->options->timeout_ms, .set = t->options->want.set};
	struct images images = {0};
	struct journal *j = NULL;
	int rc = images_build(&images, t->plan, t->project->root, t->options->verbose ? IMAGES_ALL : IMAGES_PROGRESS, e);

	memset(record, 0, sizeof *record);
	if (rc == 0) {
		j = runs_begin(t->results, t->project, t->plan, &settings, e);
		rc = j ? boot(t, &images, j, e) : -1;
	}
	if (rc == 0)
		rc = run_record_read(record, journal_dir(j), e);
	if (rc == 0)
		rc = report_write_all(record, e);
	journal_close(j);
	images_close(&images);
	return rc;
}
