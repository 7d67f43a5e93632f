/* `runtest submit`: a plan as job arrays of Slurm's, followed to their results. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/following.h"
#include "cli/foreign.h"
#include "cli/images.h"
#include "cli/planning.h"
#include "cli/resume.h"
#include "cli/run_options.h"
#include "cli/runs.h"
#include "cli/submit_options.h"
#include "history/url.h"
#include "sched/run.h"
#include "slurm/client.h"
#include "slurm/follow.h"
#include "slurm/parcel.h"
#include "util/cancel.h"

struct submission {
	const struct cli *cli;
	struct run_options run;
	struct submit_options own;
	struct project project;
	struct plan plan;
	struct resume resume;
	struct foreign foreign;
	struct images images;
	bool *here;             /* by place in the plan: concluded, or going to be without a node */
	size_t most;            /* sessions in one array */
	struct slurm_groups groups;
	struct submit_spec how;
	int argc;
	char **argv;
};

/* ---- the plan ---- */

static int make_plan(struct submission *s, struct err *e)
{
	int rc = s->run.resume ? resume_open(&s->resume, &s->run, &s->project, &s->plan, &s->foreign, e)
			       : planning_make(&s->run, &s->project, &s->plan, &s->foreign, e);

	if (rc == 0)
		planning_order(&s->plan, s->run.results);
	return rc;
}

static int get_images(struct submission *s, struct err *e)
{
	if (!s->foreign.path)
		return images_build(&s->images, &s->plan, s->project.root, run_options_saying(&s->run), e);
	images_given(&s->images, &s->plan, s->project.root, &s->foreign);
	return 0;
}

/* Those without an image, and those that cannot run, have their verdicts without a node. */
static void sort_out(struct submission *s)
{
	s->here = arena_alloc(&s->plan.arena, s->plan.count + 1);
	for (size_t i = 0; i < s->plan.count; i++)
		s->here[i] = (s->resume.done && s->resume.done[i]) || s->plan.jobs[i].skip || (s->images.by_job && !s->images.by_job[i].image);
}

static unsigned first_group(const struct submission *s, struct err *e)
{
	struct slurm_groups earlier = {0};
	struct arena a;
	int rc;

	arena_init(&a);
	rc = s->run.resume ? groups_read(s->resume.dir, &earlier, &a, e) : 0;
	arena_finish(&a);
	return rc < 0 ? 0 : (unsigned)earlier.count + 1;
}

static int make_groups(struct submission *s, struct err *e)
{
	struct group_wish wish = {
		.project = &s->project,
		.plan = &s->plan,
		.done = s->here,
		.timeout_ms = s->run.timeout_ms || !s->run.resume ? s->run.timeout_ms : s->resume.record.settings.timeout_ms,
		.attempts = 1 + s->run.retries,
		.most = s->most,
		.first = first_group(s, e),
	};

	if (!wish.first)
		return -1;
	return groups_make(&s->groups, &wish, &s->plan.arena, e);
}

static void print_groups(const struct submission *s)
{
	size_t sessions = 0;

	for (size_t i = 0; i < s->groups.count; i++) {
		const struct slurm_group *g = &s->groups.items[i];

		printf("%s  %zu session%s, %d min each, ", g->name, group_size(g), group_size(g) == 1 ? "" : "s", g->minutes);
		if (!g->kind)
			printf("QEMU, %d core%s\n", g->cpus, g->cpus == 1 ? "" : "s");
		else if (g->unit)
			printf("board %s on %s\n", g->unit, g->node);
		else
			printf("any board of the kind %s\n", g->kind);
		for (const char *const *name = g->sessions; *name; name++)
			printf("    %s\n", *name);
		sessions += group_size(g);
	}
	printf("%zu session%s in %zu array%s planned; nothing was built or submitted\n", sessions, sessions == 1 ? "" : "s",
	       s->groups.count, s->groups.count == 1 ? "" : "s");
}

/* ---- the run ---- */

static struct journal *resume(struct submission *s, struct err *e)
{
	struct journal *j = journal_reopen(s->resume.dir, e);

	if (j)
		follow_uncancel(s->resume.dir);
	return j;
}

static struct journal *begin(struct submission *s, struct err *e)
{
	struct run_settings settings = {
		.run = s->run.run_id,
		.command = runs_command(s->cli, "submit", s->argc, s->argv, &s->plan.arena),
		.jobs = s->run.jobs,
		.flaky_exit = s->run.flaky_exit,
		.timeout_ms = s->run.timeout_ms,
		.set = s->run.want.set,
		.allow_skipped = s->run.allow_skipped,
		.mutants = s->run.want.mutants,
	};

	if (s->run.resume)
		return resume(s, e);
	foreign_note(&s->foreign, &settings);
	return runs_begin(s->run.results, &s->project, &s->plan, &settings, e);
}

/* Verdicts that need no node: all others are taken for done meanwhile. */
static int conclude_here(struct submission *s, struct journal *j, struct err *e)
{
	bool *others = arena_alloc(&s->plan.arena, s->plan.count + 1);
	struct run_spec spec = {
		.run = journal_run(j), .plan = &s->plan, .images = s->images.by_job, .media = s->images.media, .done = others,
		.before = s->resume.record.sessions, .limits = {.at_once = 1}, .wait_ms = -1,
	};

	for (size_t i = 0; i < s->plan.count; i++)
		others[i] = !s->here[i] || (s->resume.done && s->resume.done[i]);
	return run_execute(&spec, j, e);
}

/* Where no folder is shared, the nodes find the plan in the database, before there is a job that looks for it. */
static int send_plan(const struct submission *s, const struct journal *j, struct err *e)
{
	if (!s->how.database)
		return 0;
	for (size_t i = 0; i < s->groups.count; i++)
		if (group_write(journal_dir(j), &s->groups.items[i], e) < 0)
			return -1;
	if (parcel_note_url(journal_dir(j), s->how.database, e) < 0)
		return -1;
	return parcel_put_plan(s->how.database, journal_dir(j), journal_run(j), e);
}

/* In the queue or not at all. */
static int submit_all(struct submission *s, struct journal *j, struct err *e)
{
	s->how.run = journal_run(j);
	s->how.run_dir = journal_dir(j);
	if (send_plan(s, j, e) < 0)
		return -1;
	for (size_t i = 0; i < s->groups.count; i++) {
		if (submit_group(&s->how, &s->groups.items[i], &s->plan.arena, e) == 0)
			continue;
		if (follow_cancel(journal_dir(j), journal_run(j), &s->groups, NULL, following_waits, NULL) < 0)
			fprintf(stderr, "runtest: what is in the queue already could not be cancelled: `runtest cancel %s`\n", journal_run(j));
		return -1;
	}
	return 0;
}

static void print_submitted(const struct submission *s, const struct journal *j)
{
	size_t sessions = 0;

	for (size_t i = 0; i < s->groups.count; i++)
		sessions += group_size(&s->groups.items[i]);
	if (!sessions)
		return;
	fprintf(stderr, "runtest: run %s: %zu session%s in %zu job array%s", journal_run(j), sessions, sessions == 1 ? "" : "s",
		s->groups.count, s->groups.count == 1 ? "" : "s");
	for (size_t i = 0; i < s->groups.count && i < 10; i++)
		fprintf(stderr, "%s%lld", i ? ", " : ": ", (long long)s->groups.items[i].job);
	fputs(s->groups.count > 10 ? ", ...\n" : "\n", stderr);
}

static int submit(struct submission *s)
{
	struct following f = {.cancels = true};
	struct journal *j = NULL;
	struct err e = {0};
	int status;

	if (get_images(s, &e) < 0)
		return command_error(&e);
	sort_out(s);
	if (make_groups(s, &e) < 0 || following_submitter(&s->how, s->project.root, s->run.lab ? s->run.lab : s->cli->lab, &s->plan.arena, &e) < 0)
		return command_error(&e);
	j = begin(s, &e);
	if (!j || conclude_here(s, j, &e) < 0 || submit_all(s, j, &e) < 0) {
		status = command_error(&e);
	} else {
		print_submitted(s, j);
		f.how = s->how;
		if (s->own.detach)
			printf("%s\n", journal_run(j));
		status = s->own.detach ? 0 : following_run(&f, j);
	}
	journal_close(j);
	return status;
}

/* A session has its verdict before its job's epilog is over: who resumes at once waits for that. -1, or how many jobs are left. */
static long wait_for_epilogs(const char *run, const struct slurm_groups *groups, struct err *e)
{
	struct pollfd stop = {.fd = cancel_fd(), .events = POLLIN};
	long n, ending;

	while ((n = follow_active(run, groups, &ending, e)) > 0 && n == ending) {
		poll(&stop, 1, 500);
		if (cancel_requested())
			return err_set(e, ERR_CANCELLED, "stopped while %ld job%s of the run %s", n, n == 1 ? "" : "s", n == 1 ? "ends" : "end");
	}
	return n;
}

/* Jobs of the run that are still there would do everything twice. */
static int check_queue(const struct submission *s, struct err *e)
{
	struct slurm_groups earlier = {0};
	long n = 0;
	struct arena a;

	if (!s->run.resume)
		return 0;
	arena_init(&a);
	n = groups_read(s->resume.dir, &earlier, &a, e) < 0 ? -1 : wait_for_epilogs(s->resume.record.settings.run, &earlier, e);
	arena_finish(&a);
	if (n <= 0)
		return (int)n;
	err_set(e, ERR_USAGE, "%ld job%s of the run %s still in Slurm's queue", n, n == 1 ? "" : "s", n == 1 ? "is" : "are");
	return err_hint(e, "`runtest attach` follows them, `runtest cancel` ends them");
}

static int go(struct submission *s)
{
	struct err e = {0};

	if (!s->run.results)
		s->run.results = arena_printf(&s->run.arena, "%s/results", s->project.root);
	s->how.at_once = s->run.jobs;
	s->how.partition = s->own.partition;
	s->how.options = s->own.sbatch;
	s->how.database = s->own.database;
	if (make_plan(s, &e) < 0 || client_max_array(&s->most, &e) < 0 || check_queue(s, &e) < 0)
		return command_error(&e);
	if (!s->plan.count && !s->run.resume) {
		fprintf(stderr, "runtest: nothing to run: %s\n", planning_nothing(&s->run));
		return 0;
	}
	if (!s->run.dry_run)
		return submit(s);
	sort_out(s);
	if (make_groups(s, &e) < 0)
		return command_error(&e);
	print_groups(s);
	return 0;
}

/* A file is not reached from other machines. */
static int check_database(const struct submission *s)
{
	struct database_url u;
	struct err e;

	if (!s->own.database)
		return 0;
	if (database_url_parse(&u, s->own.database, &e) < 0)
		return command_error(&e);
	if (u.kind == DATABASE_SQLITE)
		return command_usage_error(&command_submit, "--by-database takes postgresql://..., which nodes can reach, not a file");
	if (s->run.given.image)
		return command_usage_error(&command_submit, "--by-database carries no image: nodes build variants themselves");
	return 0;
}

/* What only somebody can do who starts sessions himself. */
static int check(const struct submission *s)
{
	if (s->run.fail_fast)
		return command_usage_error(&command_submit, "--fail-fast: Slurm starts the jobs; `runtest cancel` ends them");
	if (s->run.max_time_ms)
		return command_usage_error(&command_submit, "--max-time: say it to Slurm, such as --sbatch=--deadline=now+2hours");
	return check_database(s);
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct submission s = {.cli = cli, .argc = argc, .argv = argv};
	const struct option_place own = {&submit_option_table, &s.own};
	int status = run_options_parse(&s.run, &command_submit, &own, argc, argv);

	if (status == 0)
		status = check(&s);
	if (status == 0) {
		struct cli with_lab = {.project = cli->project, .lab = s.run.lab ? s.run.lab : cli->lab};

		cancel_init();
		status = command_load_project(&with_lab, &s.project, s.run.want.mutants || s.run.resume);
		if (status == 0)
			status = go(&s);
		images_close(&s.images);
		resume_close(&s.resume);
		foreign_close(&s.foreign);
		plan_finish(&s.plan);
		project_finish(&s.project);
	}
	run_options_finish(&s.run);
	return status;
}

const struct command command_submit = {
	.name = "submit",
	.synopsis = "submit [--detach] [OPTION...] SCENARIO...",
	.about = "run on the lab hosts of a Slurm cluster",
	.help = "The words of `runtest run`, and what it prints and returns; but the sessions are jobs of Slurm's (docs/slurm.md):\n"
		"hardware where the board hangs, QEMU where there is room. ^C cancels the jobs.\n"
		"\n"
		"  --detach          say the run's name once everything is in the queue, and end; `runtest attach` follows it\n"
		"  --by-database URL the nodes share no folder with this machine: plan and results go by postgresql://...\n"
		"  --partition NAME  Slurm's partition, instead of the default one\n"
		"  --sbatch OPTION   a further option for sbatch, as it is (repeatable): --sbatch=--account=boards\n",
	.options = &run_option_table,
	.run = run,
};
