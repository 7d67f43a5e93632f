#include "plan/plan.h"

#include <string.h>

#include "plan/capability.h"

static bool unit_matches(const char *const *globs, const struct board_unit *u)
{
	return names_match(globs, u->name) || names_match(globs, u->kind->name);
}

/* Does the scenario name boards? */
static bool is_choosy(const struct scenario *s)
{
	return s->boards && s->boards[0];
}

static bool unit_wanted(const struct plan_request *want, const struct scenario *s, const struct board_unit *u)
{
	if (want->only_qemu && !u->kind->qemu)
		return false;
	if (want->boards)
		return unit_matches(want->boards, u);
	return u->implied && (is_choosy(s) || u->kind->use == KIND_USE_ALWAYS);
}

static int check_request(const struct project *p, const struct plan_request *want, struct err *e)
{
	struct names variants = want->mutants ? project_mutant_names(p) : project_variant_names(p);

	if (project_check_globs(want->scenarios, "scenario", project_scenario_names(p), e) < 0 ||
	    project_check_globs(want->variants, want->mutants ? "mutant" : "variant", variants, e) < 0)
		return -1;
	if (project_check_labs(p, want->boards, e) < 0 ||
	    project_check_globs(want->boards, "board", project_board_names(p), e) < 0)
		return -1;
	return parameters_check(p, want->scenarios, want->set, e);
}

/* ---- jobs ---- */

static bool has(const char *const *list, const char *name)
{
	for (; *list; list++)
		if (strcmp(*list, name) == 0)
			return true;
	return false;
}

struct choice {
	const struct scenario *scenario;
	const struct variant *variant;
	const char *const *set;
	struct expectation want;
	const struct board_unit *unit;
};

/* A control proves something only where its cause can be shown. Why it cannot be, or NULL. */
static const char *blindness(struct plan *p, const struct choice *c)
{
	const struct board_unit *u = c->unit;

	if (!c->want.control || !cause_needs_memory(c->want.cause) || u->kind->qemu || u->memory)
		return NULL;
	return arena_printf(&p->arena, "board %s offers no memory witness, and nothing else can show %s", u->name,
			    cause_name(c->want.cause));
}

/* Why this cannot run there, or NULL. */
static const char *obstacle(struct plan *p, const struct choice *c, const char *config)
{
	const char *variant = c->variant->name, *kind = c->unit->kind->name;
	const char *because = variant_not_for(c->variant, kind);

	if (because)
		return arena_printf(&p->arena, "variant %s is not for board %s: %s", variant, kind, because);
	if (!names_match(c->variant->boards, kind))
		return arena_printf(&p->arena, "variant %s cannot be built for board %s", variant, kind);
	if (!scenario_is_for(c->scenario, kind))
		return arena_printf(&p->arena, "scenario %s is not for board %s", c->scenario->name, kind);
	if (c->variant->source.missing)
		return arena_printf(&p->arena, "variant %s: %s", variant, c->variant->source.missing);
	if (!has(c->variant->configs, config))
		return arena_printf(&p->arena, "variant %s has no configuration %s", variant, config);
	because = sdk_obstacle(c->variant, c->unit->kind, config, &p->arena);
	because = because ? because : capability_lacking(c->scenario, c->unit, &p->arena);
	return because ? because : blindness(p, c);
}

/* The variant's name as a part of the job's: safe in every file system. */
static const char *safe_name(struct arena *a, const char *variant)
{
	char *name = arena_strdup(a, variant);

	for (char *colon = name; (colon = strchr(colon, ':'));)
		*colon = '-';
	return name;
}

static void add_job(struct plan *p, size_t *room, const struct choice *c, const char *config, int repeat)
{
	p->jobs = arena_grow(&p->arena, p->jobs, room, p->count + 1, sizeof *p->jobs);
	p->jobs[p->count++] = (struct job){
		.name = arena_printf(&p->arena, "%s.%s.%s.%s.%d", c->scenario->name,
				     safe_name(&p->arena, c->variant->name), c->unit->name, config, repeat),
		.scenario = c->scenario,
		.variant = c->variant,
		.unit = c->unit,
		.config = config,
		.repeat = repeat,
		.parameters = parameters_of(c->scenario, c->set, &p->arena),
		.want = c->want,
		.skip = obstacle(p, c, config),
	};
}

/*
 * A board that variant or scenario were never meant for is no job, unless somebody asked for just that. Where the
 * variant itself says why it is not for it, one of the two is asking enough: the run says it then.
 */
static bool is_meant(const struct plan_request *want, const struct choice *c)
{
	const char *kind = c->unit->kind->name;

	if (want->boards && (want->variants || want->image))
		return true;
	return scenario_is_for(c->scenario, kind) &&
	       (variant_is_for(c->variant, kind) ||
		((want->boards || want->variants) && variant_not_for(c->variant, kind)));
}

static void add_configs(struct plan *p, size_t *room, const struct plan_request *want, const struct choice *c,
			int repeat)
{
	const char *const *configs = want->configs;

	if (!is_meant(want, c))
		return;
	if (!configs) {
		add_job(p, room, c, c->variant->configs[0], repeat);
		return;
	}
	for (; *configs; configs++)
		add_job(p, room, c, *configs, repeat);
}

/* On every unit that is wanted, if the variant is. */
static void add_units(struct plan *p, size_t *room, const struct project *project, const struct plan_request *want,
		      struct choice *c, int repeat)
{
	if (want->variants && !names_match(want->variants, c->variant->name))
		return;
	c->set = want->set;
	for (size_t i = 0; i < project->unit_count; i++) {
		c->unit = &project->units[i];
		if (unit_wanted(want, c->scenario, c->unit))
			add_configs(p, room, want, c, repeat);
	}
}

static void add_variants(struct plan *p, size_t *room, const struct project *project, const struct plan_request *want,
			 const struct scenario *s, int repeat)
{
	for (size_t i = 0; i < s->variant_count; i++) {
		const struct variant_demand *d = &s->variants[i];
		struct choice c = {.scenario = s, .variant = project_variant(project, d->variant), .want = d->want};

		if (want->no_controls && d->want.control)
			continue;
		add_units(p, room, project, want, &c, repeat);
	}
}

/* Whether the scenario names variants like it does not matter. */
static void add_image(struct plan *p, size_t *room, const struct project *project, const struct plan_request *want,
		      const struct scenario *s, int repeat)
{
	struct choice c = {.scenario = scenario_for_any_image(s, &p->arena), .variant = want->image, .want = want->image_want};

	add_units(p, room, project, want, &c, repeat);
}

static void add_mutants(struct plan *p, size_t *room, const struct project *project, const struct plan_request *want,
			const struct scenario *s, int repeat)
{
	for (size_t i = 0; i < project->mutant_count; i++) {
		const struct variant *m = &project->mutants[i];
		struct choice c = {.scenario = s, .variant = m};

		for (size_t k = 0; k < m->caught_by_count; k++) {
			c.want = m->caught_by[k].want;
			if (strcmp(m->caught_by[k].scenario, s->name) == 0)
				add_units(p, room, project, want, &c, repeat);
		}
	}
}

static void add_scenario(struct plan *p, size_t *room, const struct project *project, const struct plan_request *want,
			 const struct scenario *s, int repeat)
{
	if (want->image)
		add_image(p, room, project, want, s, repeat);
	else if (want->mutants)
		add_mutants(p, room, project, want, s, repeat);
	else
		add_variants(p, room, project, want, s, repeat);
}

int plan_make(struct plan *p, const struct project *project, const struct plan_request *want, struct err *e)
{
	size_t room = 0;

	memset(p, 0, sizeof *p);
	arena_init(&p->arena);
	if (check_request(project, want, e) < 0)
		return -1;
	for (int repeat = 1; repeat <= want->repeat; repeat++)
		for (size_t i = 0; i < project->scenario_count; i++)
			if (names_match(want->scenarios, project->scenarios[i].name))
				add_scenario(p, &room, project, want, &project->scenarios[i], repeat);
	if (p->count)
		return 0;
	err_set(e, ERR_USAGE, "nothing to run: no scenario, variant and board go together as asked");
	return err_hint(e, "`runtest list` shows which variants a scenario has, and for which boards a variant can be built");
}

void plan_finish(struct plan *p)
{
	arena_finish(&p->arena);
}
