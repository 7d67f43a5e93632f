#include "cli/checkup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/checkplan.h"
#include "cli/runs.h"
#include "farm/health.h"
#include "result/report.h"
#include "sched/run.h"
#include "util/cancel.h"
#include "util/mem.h"
#include "util/units.h"

struct checkup {
	const struct checkup_request *want;
	struct project project;
	struct checks checks;
	struct checked_unit *found; /* by check */
};

/* ---- which units ---- */

static bool is_set_aside(const struct board_unit *u)
{
	struct health_record h;
	bool aside = unit_health_read(u->name, &h, NULL) == 0 && h.state == HEALTH_SET_ASIDE &&
		     (!h.by || strcmp(h.by, HEALTH_BY_HAND) != 0); /* whoever did that is at work on it */

	health_finish(&h);
	return aside;
}

static void add_check(struct checkup *c, const struct board_unit *u)
{
	if (!c->want->only_set_aside || is_set_aside(u))
		c->checks.items[c->checks.count++].unit = u;
}

static int no_unit(const struct project *p, const char *name)
{
	const char *globs[] = {name, NULL};
	struct err e;

	if (project_check_labs(p, globs, &e) < 0 || project_check_globs(globs, "board unit", project_board_names(p), &e) < 0)
		return command_error(&e);
	err_set(&e, ERR_USAGE, "%s is a kind of boards, and no unit", name);
	err_hint(&e, "`runtest list boards` shows the units of each kind");
	return command_error(&e);
}

static int choose_named(struct checkup *c)
{
	for (size_t i = 0; i < c->want->unit_count; i++) {
		const struct board_unit *u = project_unit(&c->project, c->want->units[i]);

		for (size_t k = 0; u && k < c->checks.count; k++)
			if (c->checks.items[k].unit == u)
				return command_usage_error(&command_health, "%s is named twice", u->name);
		if (!u)
			return no_unit(&c->project, c->want->units[i]);
		add_check(c, u);
	}
	return 0;
}

static int choose(struct checkup *c)
{
	if (c->want->unit_count)
		return choose_named(c);
	for (size_t i = 0; i < c->project.unit_count; i++)
		if (!c->project.units[i].implied)
			add_check(c, &c->project.units[i]);
	return 0;
}

/* ---- what becomes of them ---- */

/* Into the record that all who share the unit see. */
static void keep_finding(const struct board_unit *u, const struct health_finding *f)
{
	char *why;
	struct err e;
	int rc;

	if (u->implied || f->outcome == HEALTH_UNCHECKED)
		return;
	why = f->outcome == HEALTH_SICK ? xasprintf("%s: %s", health_part_name(f->ill), f->why) : NULL;
	rc = unit_health_set(u->name, why ? HEALTH_SET_ASIDE : HEALTH_GOOD, why, HEALTH_BY_CHECK, &e);
	if (rc < 0)
		command_error(&e);
	else if (rc == 1 && !why)
		fprintf(stderr, "runtest: %s stays set aside: that was done by hand, and `runtest health --use %s` takes it back\n",
			u->name, u->name);
	free(why);
}

static const struct check *check_of(const struct checkup *c, const char *session, size_t *job)
{
	for (size_t i = 0; i < c->checks.all.count; i++)
		if (strcmp(c->checks.all.jobs[i].name, session) == 0) {
			*job = i;
			return &c->checks.items[c->checks.check_of[i]];
		}
	return NULL;
}

/* As each ends: whoever waits for the unit should know at once. */
static void has_ended(void *ctx, const struct session_result *r, bool again)
{
	const struct checkup *c = ctx;
	size_t job;
	const struct check *k = check_of(c, r->name, &job);
	struct health_offer offer;
	struct health_finding f;
	struct arena a;
	char time[24];

	if (!k || again)
		return;
	arena_init(&a);
	offer = health_offer_of(k->unit);
	f = health_judge(r, &offer, &a);
	keep_finding(k->unit, &f);
	fprintf(stderr, "%-9s %s%s%s  %s\n", health_outcome_name(f.outcome), k->unit->name, f.outcome == HEALTH_SICK ? "  " : "",
		f.outcome == HEALTH_SICK ? health_part_name(f.ill) : "", units_duration_text(r->duration_ms, time));
	arena_finish(&a);
}

static int status_of(const struct session_result *r, enum health_outcome o)
{
	if (o == HEALTH_UNCHECKED)
		return r->not_run ? 4 : 3;
	return o == HEALTH_SICK ? 1 : 0;
}

static void find_unit(struct checkup *c, size_t job, const struct run_record *run)
{
	size_t place = c->checks.check_of[job];
	struct checked_unit *u = &c->found[place];
	const struct session_result *r = &run->sessions[job];
	struct health_offer offer = health_offer_of(c->checks.items[place].unit);

	u->finding = health_judge(r, &offer, &c->checks.arena);
	u->session = arena_printf(&c->checks.arena, "%s/%s", run->settings.run, r->name);
	u->folder = r->dir ? arena_printf(&c->checks.arena, "%s/%s", run->dir, r->dir) : NULL;
	u->status = status_of(r, u->finding.outcome);
}

/* Those that nothing could be booted on. */
static void tell_unplanned(struct checkup *c)
{
	c->found = arena_alloc(&c->checks.arena, (c->checks.count + 1) * sizeof *c->found);
	for (size_t i = 0; i < c->checks.count; i++) {
		struct checked_unit *u = &c->found[i];

		u->unit = c->checks.items[i].unit;
		u->finding = health_unchecked(c->checks.items[i].why);
		u->status = 2;
	}
}

static int worst(const struct checkup *c)
{
	static const int order[] = {2, 1, 3, 4};

	if (cancel_requested())
		return cancel_exit_status();
	for (size_t k = 0; k < sizeof order / sizeof order[0]; k++)
		for (size_t i = 0; i < c->checks.count; i++)
			if (c->found[i].status == order[k])
				return order[k];
	return 0;
}

static int tell(struct checkup *c, const struct run_record *run)
{
	for (size_t i = 0; i < c->checks.all.count; i++)
		find_unit(c, i, run);
	if (c->want->json)
		checkup_print_json(c->found, c->checks.count);
	else
		checkup_print(c->found, c->checks.count, c->want->verbose);
	return worst(c);
}

/* ---- the run ---- */

static int execute(struct checkup *c, struct journal *j, struct err *e)
{
	const struct checkup_request *q = c->want;
	struct run_spec spec = {
		.run = journal_run(j),
		.plan = &c->checks.all,
		.images = c->checks.images,
		.media = c->checks.media,
		.limits = {.at_once = (size_t)q->at_once},
		.timeout_ms = q->timeout_ms,
		.wait_ms = q->wait_ms,
		.no_record = true,
		.no_map = true,
		.verbose = q->verbose && !q->json,
		.progress = has_ended,
		.ctx = c,
	};

	if (run_execute(&spec, j, e) < 0)
		return -1;
	return runs_conclude(j, false, e);
}

static int report_run(struct checkup *c, const char *dir, struct err *e)
{
	struct run_record run;
	int status = -1;

	if (run_record_read(&run, dir, e) == 0 && report_write_all(&run, e) == 0)
		status = tell(c, &run);
	run_record_finish(&run);
	return status;
}

static const char *results_folder(struct checkup *c)
{
	return c->want->results ? c->want->results : arena_printf(&c->checks.arena, "%s/results/health", c->project.root);
}

/* -1, or the exit status. */
static int boot_them(struct checkup *c, struct err *e)
{
	const char *const command[] = {"runtest", "health", NULL};
	struct run_settings settings = {.command = command, .jobs = (int)c->want->at_once, .timeout_ms = c->want->timeout_ms};
	const struct run_record nothing = {.plan_count = 0};
	struct journal *j;
	int status = -1;

	tell_unplanned(c);
	if (!c->checks.all.count)
		return tell(c, &nothing);
	if (checks_images(&c->checks, e) < 0)
		return -1;
	j = runs_begin(results_folder(c), &c->project, &c->checks.all, &settings, e);
	if (j && execute(c, j, e) >= 0)
		status = report_run(c, journal_dir(j), e);
	journal_close(j);
	return status;
}

static int nobody(const struct checkup *c)
{
	if (c->want->json)
		checkup_print_json(NULL, 0);
	else
		puts(c->want->only_set_aside ? "no board unit is set aside" :
		     "the project has no board units: boards/units/NAME.yaml is one (docs/add-your-board.md)");
	return 0;
}

int checkup_run(const struct cli *cli, const struct checkup_request *q)
{
	struct checkup c = {.want = q};
	struct err e;
	int status = command_load_project(cli, &c.project, false);

	checks_init(&c.checks, &c.project);
	if (status == 0)
		status = choose(&c);
	if (status == 0 && c.checks.count) {
		checks_plan(&c.checks, q->image);
		status = boot_them(&c, &e);
		if (status < 0)
			status = command_error(&e);
	} else if (status == 0) {
		status = nobody(&c);
	}
	checks_finish(&c.checks);
	project_finish(&c.project);
	return status;
}
