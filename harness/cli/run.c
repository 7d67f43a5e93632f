/* `runtest run`: from scenarios to verdicts. Plans, builds, boots, reports. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/foreign.h"
#include "cli/images.h"
#include "cli/resume.h"
#include "cli/run_options.h"
#include "cli/runs.h"
#include "plan/plan.h"
#include "result/journal.h"
#include "result/report.h"
#include "sched/run.h"
#include "util/cancel.h"
#include "util/units.h"

static void print_plan(const struct plan *p)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct job *j = &p->jobs[i];

		printf("%s  %s%s", j->name, j->want.control ? "must fail with " : "must pass",
		       j->want.control ? cause_name(j->want.cause) : "");
		if (j->skip)
			printf("  (skipped: %s)", j->skip);
		putchar('\n');
	}
	printf("%zu session%s planned; nothing was built or booted\n", p->count, p->count == 1 ? "" : "s");
}

/* ---- the journal of a fresh run ---- */

struct command_line {
	int argc;
	char **argv;
};

static struct journal *begin(const struct run_options *o, const struct project *project, struct plan *plan,
			     const struct foreign *foreign, const struct command_line *line, struct err *e)
{
	const char **words = arena_alloc(&plan->arena, ((size_t)line->argc + 3) * sizeof *words);
	struct run_settings settings = {
		.run = o->run_id,
		.command = words,
		.jobs = o->jobs,
		.timeout_ms = o->timeout_ms,
		.set = o->want.set,
		.allow_skipped = o->allow_skipped,
		.mutants = o->want.mutants,
	};

	foreign_note(foreign, &settings);
	words[0] = "runtest";
	words[1] = "run";
	for (int i = 1; i < line->argc; i++)
		words[i + 1] = line->argv[i];
	return runs_begin(o->results, project, plan, &settings, e);
}

/* ---- one line per session as it ends ---- */

static void print_progress(void *ctx, const struct session_result *r)
{
	const size_t *planned = ctx;
	char time[24];

	/* In a long run only what is not as it should be interrupts. */
	if (*planned > 40 && verdict_is_ok(r->verdict))
		return;
	fprintf(stderr, "%-13s %s%s%s  %s\n", verdict_name(r->verdict), r->name, r->cause ? "  " : "",
		cause_name(r->cause), units_duration_text(r->duration_ms, time));
}

static int report(const char *dir, struct err *e)
{
	struct run_record record;
	int rc = run_record_read(&record, dir, e);

	if (rc == 0)
		rc = report_write_all(&record, e);
	if (rc == 0) {
		report_failures(stdout, &record);
		report_table(stdout, &record, command_colour());
	}
	run_record_finish(&record);
	return rc;
}

/* `resume` tells what is done already; of a fresh run it is empty. */
static int execute(const struct run_options *o, struct plan *plan, const struct resume *resume, struct images *images,
		   struct journal *j)
{
	/* A resumed run keeps the limit it began with, unless another one is given. */
	int64_t timeout_ms = o->timeout_ms || !o->resume ? o->timeout_ms : resume->record.settings.timeout_ms;
	struct run_spec spec = {
		.run = journal_run(j),
		.plan = plan,
		.images = images->by_job,
		.media = images->media,
		.done = resume->done,
		.at_once = (size_t)o->jobs,
		.timeout_ms = timeout_ms,
		.wait_ms = -1,
		.culprit = o->culprit,
		.no_record = o->no_record,
		.no_map = o->no_map,
		.verbose = o->verbose,
		.progress = print_progress,
		.ctx = &plan->count,
	};
	struct err e;
	int status;

	if (run_execute(&spec, j, &e) < 0)
		return command_error(&e);
	status = runs_conclude(j, o->allow_skipped, &e);
	if (status < 0 || report(journal_dir(j), &e) < 0)
		return command_error(&e);
	if (cancel_requested())
		fprintf(stderr, "runtest: cancelled; `runtest run --resume %s` goes on\n", journal_run(j));
	return status;
}

/* A given image stands in the plan as its only variant. */
static int make_plan(const struct run_options *o, const struct project *project, struct plan *plan, struct foreign *foreign,
		     struct err *e)
{
	struct plan_request want = o->want;

	if (o->given.image) {
		if (foreign_open(foreign, &o->given, project, e) < 0 || foreign_check(foreign, project, &o->want, e) < 0)
			return -1;
		if (o->want.configs)
			foreign->variant.configs = o->want.configs;
		want.image = &foreign->variant;
	}
	return plan_make(plan, project, &want, e);
}

static int get_images(const struct run_options *o, const struct project *project, struct plan *plan, struct foreign *foreign,
		      struct images *images, struct err *e)
{
	if (!foreign->path)
		return images_build(images, plan, project->root, o->verbose, e);
	images_given(images, plan, project->root, foreign);
	return 0;
}

static int run_plan(const struct run_options *o, const struct project *project, struct plan *plan,
		    const struct command_line *line)
{
	struct resume resume = {0};
	struct images images = {0};
	struct foreign foreign = {0};
	struct journal *j = NULL;
	struct err e;
	int status;

	if ((o->resume ? resume_open(&resume, o, project, plan, &foreign, &e)
		       : make_plan(o, project, plan, &foreign, &e)) < 0) {
		status = command_error(&e);
	} else if (o->dry_run) {
		print_plan(plan);
		status = 0;
	} else if (get_images(o, project, plan, &foreign, &images, &e) < 0) {
		status = command_error(&e);
	} else {
		j = o->resume ? journal_reopen(resume.dir, &e) : begin(o, project, plan, &foreign, line, &e);
		status = j ? execute(o, plan, &resume, &images, j) : command_error(&e);
	}
	journal_close(j);
	images_close(&images);
	resume_close(&resume);
	foreign_close(&foreign);
	return status;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct command_line line = {argc, argv};
	struct run_options o;
	struct project project;
	struct plan plan = {0};
	int status = run_options_parse(&o, &command_run, NULL, argc, argv);

	if (status == 0) {
		struct cli with_lab = {.project = cli->project, .lab = o.lab ? o.lab : cli->lab};

		cancel_init();
		status = command_load_project(&with_lab, &project, o.want.mutants || o.resume);
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
