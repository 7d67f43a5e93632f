/* `runtest run`: from scenarios to verdicts. Plans, builds, boots, reports. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/foreign.h"
#include "cli/images.h"
#include "cli/leftbehind.h"
#include "cli/planning.h"
#include "cli/progress.h"
#include "cli/resume.h"
#include "cli/run_end.h"
#include "cli/run_options.h"
#include "cli/runs.h"
#include "plan/plan.h"
#include "result/journal.h"
#include "sched/capacity.h"
#include "sched/run.h"
#include "util/cancel.h"

/* ---- the journal of a fresh run ---- */

struct command_line {
	const struct cli *cli;
	int argc;
	char **argv;
};

static struct journal *begin(const struct run_options *o, const struct project *project, struct plan *plan,
			     const struct foreign *foreign, const struct command_line *line, struct err *e)
{
	struct run_settings settings = {
		.run = o->run_id,
		.command = runs_command(line->cli, "run", line->argc, line->argv, &plan->arena),
		.jobs = o->jobs ? o->jobs : capacity_cores(),
		.flaky_exit = o->flaky_exit,
		.timeout_ms = o->timeout_ms,
		.set = o->want.set,
		.allow_skipped = o->allow_skipped,
		.mutants = o->want.mutants,
		.expired = runs_expired(project, plan),
	};

	foreign_note(foreign, &settings);
	return runs_begin(o->results, project, plan, &settings, e);
}

/* ---- what is said meanwhile ---- */

static void note_result(void *ctx, const struct session_result *r, bool again)
{
	progress_result(ctx, r, again);
}

static void print_set_aside(void *ctx, const struct board_unit *u, const char *why)
{
	progress_say(ctx, "runtest: board %s is set aside: one session after the other found it broken, the last with: %s\n"
			  "  hint: `runtest health %s` tries it again\n", u->name, why ? why : "no reason", u->name);
}

static struct run_limits limits_of(const struct run_options *o)
{
	enum { PART = 10 }; /* of its time, for what still runs then */
	struct run_limits l = {.at_once = (size_t)o->jobs, .retries = (unsigned)o->retries,
			       .fail_fast = o->fail_fast && !o->keep_going, .flaky_fails = o->flaky_exit};

	if (o->max_time_ms) {
		l.no_more_ms = o->begun_ms + o->max_time_ms;
		l.end_ms = l.no_more_ms + o->max_time_ms / PART;
	}
	return l;
}

/* `resume` tells what is done already; of a fresh run it is empty. */
static int execute(const struct run_options *o, const struct project *project, struct plan *plan, const struct resume *resume,
		   struct images *images, struct journal *j)
{
	struct progress_want want = {.plan = plan, .done = resume->done, .before = resume->record.sessions,
				     .at_once = (size_t)o->jobs, .quiet = o->quiet};
	struct progress *progress = progress_open(&want);
	/* A resumed run keeps the limit it began with, unless another one is given. */
	int64_t timeout_ms = o->timeout_ms || !o->resume ? o->timeout_ms : resume->record.settings.timeout_ms;
	struct run_spec spec = {
		.run = journal_run(j),
		.project = project,
		.plan = plan,
		.images = images->by_job,
		.media = images->media,
		.done = resume->done,
		.before = resume->record.sessions,
		.limits = limits_of(o),
		.wait_ms = o->wait_ms,
		.timeout_ms = timeout_ms,
		.health = !o->any_health,
		.culprit = o->culprit,
		.no_record = o->no_record,
		.no_map = o->no_map,
		.verbose = o->verbose,
		.progress = note_result,
		.set_aside = print_set_aside,
		.onlooker = progress_onlooker(progress),
		.ctx = progress,
	};
	struct err e;
	int rc = run_execute(&spec, j, &e);

	progress_close(progress);
	left_behind_switch_off(plan, journal_run(j));
	if (rc < 0)
		return command_error(&e);
	return run_end(j, o->results, o->allow_skipped);
}

static int get_images(const struct run_options *o, const struct project *project, struct plan *plan, struct foreign *foreign,
		      struct images *images, struct err *e)
{
	if (!foreign->path)
		return images_build(images, plan, project->root, run_options_saying(o), e);
	images_given(images, plan, project->root, foreign);
	return 0;
}

static int get_plan(struct run_options *o, struct project *project, struct plan *plan, struct resume *resume,
		    struct foreign *foreign, struct err *e)
{
	int rc = o->resume ? resume_open(resume, o, project, plan, foreign, e) : planning_make(o, project, plan, foreign, e);

	if (rc == 0)
		planning_order(plan, o->results);
	return rc;
}

static int run_plan(struct run_options *o, struct project *project, struct plan *plan,
		    const struct command_line *line)
{
	struct resume resume = {0};
	struct images images = {0};
	struct foreign foreign = {0};
	struct journal *j = NULL;
	struct err e;
	int status;

	if (get_plan(o, project, plan, &resume, &foreign, &e) < 0) {
		status = command_error(&e);
	} else if (!plan->count && !o->resume) {
		fprintf(stderr, "runtest: nothing to run: %s\n", planning_nothing(o));
		status = 0;
	} else if (o->dry_run) {
		planning_print(plan, (size_t)o->jobs);
		status = 0;
	} else if (get_images(o, project, plan, &foreign, &images, &e) < 0) {
		status = command_error(&e);
	} else {
		j = o->resume ? journal_reopen(resume.dir, &e) : begin(o, project, plan, &foreign, line, &e);
		status = j ? execute(o, project, plan, &resume, &images, j) : command_error(&e);
	}
	journal_close(j);
	images_close(&images);
	resume_close(&resume);
	foreign_close(&foreign);
	return status;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct command_line line = {cli, argc, argv};
	struct run_options o = {.resume = NULL};
	struct project project;
	struct plan plan = {0};
	int status = run_options_parse(&o, &command_run, NULL, argc, argv);

	if (status == 0) {
		struct cli with_lab = {.project = cli->project, .lab = o.lab ? o.lab : cli->lab};

		cancel_init();
		status = command_load_project(&with_lab, &project, o.want.mutants);
		if (status == 0) {
			if (!o.results)
				o.results = arena_printf(&o.arena, "%s/results", project.root);
			status = run_plan(&o, &project, &plan, &line);
		}
		plan_finish(&plan);
		project_finish(&project);
	}
	run_options_finish(&o);
	return status;
}

const struct command command_run = {
	.name = "run",
	.synopsis = "run [OPTION...] SCENARIO...   (or just: runtest SCENARIO...)",
	.about = "boot variants on boards and print the verdicts",
	.help = run_options_about,
	.options = &run_option_table,
	.help_after = run_options_statuses,
	.run = run,
};
