#include "plan/restore.h"

#include <string.h>

#include "plan/guess.h"
#include "plan/obstacle.h"

struct restoring {
	struct plan *plan;
	const struct project *project;
	const struct run_record *record;
	const struct variant *image;
};

static const struct variant *variant_of(const struct restoring *r, const char *name)
{
	const struct variant *v = project_variant(r->project, name);

	if (r->image)
		return r->image;
	return v ? v : project_mutant(r->project, name);
}

/* A pool is what it is today: units may have come and gone. */
static bool find_target(const struct restoring *r, const struct planned *p, struct plan_target *t)
{
	return plan_target_named(r->project, p->units && *p->units ? p->board : p->unit, t, &r->plan->arena);
}

static int not_there(const struct planned *p, const char *what, struct err *e)
{
	err_set(e, ERR_USAGE, "the run planned %s, and the project no longer has its %s", p->name, what);
	return err_hint(e, "start a new run instead");
}

/* What it was skipped for then counts, not what would stand in its way now. */
static struct job job_of(const struct restoring *r, const struct planned *p, struct plan_choice *c)
{
	struct arena *a = &r->plan->arena;
	struct job j = {
		.name = arena_strdup(a, p->name),
		.scenario = c->scenario,
		.variant = c->variant,
		.config = arena_strdup(a, p->config),
		.repeat = p->repeat,
		.parameters = parameters_of(c->scenario, r->record->settings.set, a),
		.want = p->expected,
		.skip = arena_strdup(a, p->skip),
	};

	plan_obstacle(c, j.config, a);
	j.board = c->target.board;
	j.units = c->target.units;
	j.unit_count = c->target.unit_count;
	j.unit = j.units[0];
	j.expected_ms = j.skip ? 0 : plan_guess_ms(j.scenario, j.unit, j.parameters);
	return j;
}

static int restore_job(const struct restoring *r, const struct planned *p, struct job *j, struct err *e)
{
	struct plan_choice c = {.scenario = project_scenario(r->project, p->scenario), .variant = variant_of(r, p->variant),
				.want = p->expected};

	if (!c.scenario)
		return not_there(p, "scenario", e);
	if (!c.variant)
		return not_there(p, "variant", e);
	if (!find_target(r, p, &c.target))
		return not_there(p, "board", e);
	if (r->image)
		c.scenario = scenario_for_any_image(c.scenario, &r->plan->arena);
	*j = job_of(r, p, &c);
	return 0;
}

int plan_restore(struct plan *p, const struct project *project, const struct run_record *record, const bool *wanted,
		 const struct variant *image, struct err *e)
{
	struct restoring r = {.plan = p, .project = project, .record = record, .image = image};

	memset(p, 0, sizeof *p);
	arena_init(&p->arena);
	p->jobs = arena_alloc(&p->arena, (record->plan_count + 1) * sizeof *p->jobs);
	for (size_t i = 0; i < record->plan_count; i++) {
		if (wanted && !wanted[i])
			continue;
		if (restore_job(&r, &record->plan[i], &p->jobs[p->count], e) < 0)
			return -1;
		p->count++;
	}
	return 0;
}
