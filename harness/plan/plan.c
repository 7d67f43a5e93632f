#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "plan/guess.h"
#include "plan/obstacle.h"
#include "plan/only.h"
#include "plan/tags.h"

/* What is being made, and the part of it that is meant just now. */
struct making {
	struct plan *plan;
	size_t room;
	const struct project *project;
	struct plan_request want;
	const char *only; /* the text of `only` that is being planned, or NULL */
	size_t meant;     /* sessions that it means, those included that are planned already */
	struct plan_targets targets;
	int first, last;  /* repeats */
};

/* ---- jobs ---- */

/* Does the scenario name boards? */
static bool is_choosy(const struct scenario *s)
{
	return s->boards && s->boards[0];
}

static bool target_wanted(const struct making *m, const struct scenario *s, const struct plan_target *t)
{
	return m->want.boards || is_choosy(s) || t->kind->use == KIND_USE_ALWAYS;
}

/* The variant's name as a part of the job's: safe in every file system. */
static const char *safe_name(struct arena *a, const char *variant)
{
	char *name = arena_strdup(a, variant);

	for (char *colon = name; (colon = strchr(colon, ':'));)
		*colon = '-';
	return name;
}

static bool is_planned(const struct plan *p, const char *name)
{
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->jobs[i].name, name) == 0)
			return true;
	return false;
}

/* Is it one that is asked for, and for the first time? */
static bool is_wanted(struct making *m, const char *name)
{
	if (!m->only)
		return true;
	if (!only_means(m->only, name))
		return false;
	m->meant++;
	return !is_planned(m->plan, name);
}

static struct job make_job(const struct making *m, const struct plan_choice *choice, const char *config, int repeat)
{
	struct arena *a = &m->plan->arena;
	struct plan_choice c = *choice;
	const char *skip = plan_obstacle(&c, config, a);
	struct job j = {
		.scenario = c.scenario,
		.variant = c.variant,
		.board = c.target.board,
		.units = c.target.units,
		.unit_count = c.target.unit_count,
		.unit = c.target.units[0],
		.config = config,
		.repeat = repeat,
		.parameters = parameters_of(c.scenario, m->want.set, a),
		.want = c.want,
		.skip = skip,
	};

	j.expected_ms = skip ? 0 : plan_guess_ms(j.scenario, j.unit, j.parameters);
	return j;
}

static void add_job(struct making *m, const struct plan_choice *c, const char *config, int repeat)
{
	struct plan *p = m->plan;
	const char *name = arena_printf(&p->arena, "%s.%s.%s.%s.%d", c->scenario->name,
					safe_name(&p->arena, c->variant->name), c->target.board, config, repeat);

	if (!is_wanted(m, name))
		return;
	p->jobs = arena_grow(&p->arena, p->jobs, &m->room, p->count + 1, sizeof *p->jobs);
	p->jobs[p->count] = make_job(m, c, config, repeat);
	p->jobs[p->count++].name = name;
}

/*
 * A board that variant or scenario were never meant for is no job, unless somebody asked for just that. Where the
 * variant itself says why it is not for it, one of the two is asking enough: the run says it then.
 */
static bool is_meant(const struct plan_request *want, const struct plan_choice *c)
{
	const char *kind = c->target.kind->name;

	if (want->boards && (want->variants || want->image))
		return true;
	return scenario_is_for(c->scenario, kind) &&
	       (variant_is_for(c->variant, kind) ||
		((want->boards || want->variants) && variant_not_for(c->variant, kind)));
}

static void add_configs(struct making *m, const struct plan_choice *c, int repeat)
{
	const char *const *configs = m->want.configs;

	if (!is_meant(&m->want, c))
		return;
	if (!configs) {
		add_job(m, c, c->variant->configs[0], repeat);
		return;
	}
	for (; *configs; configs++)
		add_job(m, c, *configs, repeat);
}

/* On every board that is wanted, if the variant is. */
static void add_boards(struct making *m, struct plan_choice *c, int repeat)
{
	if (m->want.variants && !names_match(m->want.variants, c->variant->name))
		return;
	for (size_t i = 0; i < m->targets.count; i++) {
		c->target = m->targets.items[i];
		if (target_wanted(m, c->scenario, &c->target))
			add_configs(m, c, repeat);
	}
}

static void add_variants(struct making *m, const struct scenario *s, int repeat)
{
	for (size_t i = 0; i < s->variant_count; i++) {
		const struct variant_demand *d = &s->variants[i];
		struct plan_choice c = {.scenario = s, .variant = project_variant(m->project, d->variant), .want = d->want};

		c.want.where = arena_printf(&m->plan->arena, "%s:%d", s->file, d->line);
		if (m->want.no_controls && d->want.control)
			continue;
		add_boards(m, &c, repeat);
	}
}

/* Whether the scenario names variants like it does not matter. */
static void add_image(struct making *m, const struct scenario *s, int repeat)
{
	struct plan_choice c = {.scenario = scenario_for_any_image(s, &m->plan->arena), .variant = m->want.image,
				.want = m->want.image_want};

	add_boards(m, &c, repeat);
}

static void add_mutants(struct making *m, const struct scenario *s, int repeat)
{
	for (size_t i = 0; i < m->project->mutant_count; i++) {
		const struct variant *mutant = &m->project->mutants[i];
		struct plan_choice c = {.scenario = s, .variant = mutant};

		for (size_t k = 0; k < mutant->caught_by_count; k++) {
			const struct mutant_demand *d = &mutant->caught_by[k];

			if (strcmp(d->scenario, s->name) != 0)
				continue;
			c.want = d->want;
			c.want.where = arena_printf(&m->plan->arena, "%s:%d", mutant->file, d->line);
			add_boards(m, &c, repeat);
		}
	}
}

static void add_scenario(struct making *m, const struct scenario *s, int repeat)
{
	if (m->want.image)
		add_image(m, s, repeat);
	else if (m->want.mutants)
		add_mutants(m, s, repeat);
	else
		add_variants(m, s, repeat);
}

/* ---- what is asked for ---- */

/* The names of the scenarios that are meant; without any glob, all that have the tags. */
static const char *const *scenarios_of(const struct project *p, const struct plan_request *w, struct arena *a)
{
	static const char *const all[] = {"*", NULL};

	return plan_tags_narrow(p, w->scenarios ? w->scenarios : all, w->tags, a);
}

int plan_request_check(const struct project *p, const struct plan_request *w, struct err *e)
{
	struct names variants = w->mutants ? project_mutant_names(p) : project_variant_names(p);
	struct arena scratch;
	int rc;

	if (project_check_globs(w->scenarios, "scenario", project_scenario_names(p), e) < 0 ||
	    project_check_globs(w->variants, w->mutants ? "mutant" : "variant", variants, e) < 0)
		return -1;
	if (project_check_labs(p, w->boards, e) < 0 ||
	    project_check_globs(w->boards, "board", project_board_names(p), e) < 0 || plan_targets_check(p, w->boards, e) < 0)
		return -1;
	if (plan_tags_check(p, w->tags, e) < 0)
		return -1;
	arena_init(&scratch);
	rc = parameters_check(p, scenarios_of(p, w, &scratch), w->set, e);
	arena_finish(&scratch);
	return rc;
}

static int add_all(struct making *m, struct err *e)
{
	const struct project *p = m->project;

	if (plan_request_check(p, &m->want, e) < 0)
		return -1;
	m->want.scenarios = scenarios_of(p, &m->want, &m->plan->arena);
	m->targets = plan_targets_of(p, m->want.boards, m->want.only_qemu, &m->plan->arena);
	for (int repeat = m->first; repeat <= m->last; repeat++)
		for (size_t i = 0; i < p->scenario_count; i++)
			if (names_match(m->want.scenarios, p->scenarios[i].name))
				add_scenario(m, &p->scenarios[i], repeat);
	return 0;
}

/* ---- sessions by their names ---- */

static const char *const *list_of(struct arena *a, const char *text)
{
	return arena_list_add(a, NULL, text);
}

/* What the name says, where nothing else was given; a variant's glob only chooses among those that are meant. */
static void narrow(struct making *m, const struct only_parts *parts)
{
	struct arena *a = &m->plan->arena;
	struct plan_request *w = &m->want;

	if (!w->scenarios)
		w->scenarios = list_of(a, parts->scenario);
	if (!w->variants && !w->image && !only_is_glob(parts->variant))
		w->variants = list_of(a, parts->variant);
	if (!w->boards && strcmp(parts->board, "*") != 0)
		w->boards = list_of(a, parts->board);
	if (!w->configs && !only_is_glob(parts->config))
		w->configs = list_of(a, parts->config);
	if (parts->repeat && !only_is_glob(parts->repeat))
		m->first = m->last = (int)strtol(parts->repeat, NULL, 10);
}

/* Names of a scenario and a variant of the project that have nothing to do with each other, or NULL. */
static const struct scenario *undemanding(const struct making *m, const struct only_parts *parts)
{
	const struct scenario *s = parts->scenario ? project_scenario(m->project, parts->scenario) : NULL;

	if (!s || m->want.mutants || m->want.image || !project_variant(m->project, parts->variant))
		return NULL;
	for (size_t i = 0; i < s->variant_count; i++)
		if (strcmp(s->variants[i].variant, parts->variant) == 0)
			return NULL;
	return s;
}

static int nothing_meant(const struct making *m, const struct only_parts *parts, struct err *e)
{
	const struct scenario *s = undemanding(m, parts);

	err_set(e, ERR_USAGE, "--only: no session is called %s", m->only);
	if (s)
		return err_hint(e, "scenario %s has no demand for variant %s: %s", s->name, parts->variant, s->file);
	return err_hint(e, "a name is SCENARIO.VARIANT.BOARD.CONFIG.REPEAT, as --dry-run without --only shows them; hardware is "
			   "meant only where its name, or --board, says so");
}

static int add_only(struct making *m, const struct plan_request *want, const char *text, struct err *e)
{
	struct only_parts parts;

	m->want = *want;
	m->only = text;
	m->meant = 0;
	m->first = 1;
	m->last = want->repeat;
	if (only_split(text, &m->plan->arena, &parts))
		narrow(m, &parts);
	if (add_all(m, e) < 0)
		return -1;
	return m->meant ? 0 : nothing_meant(m, &parts, e);
}

int plan_make(struct plan *p, const struct project *project, const struct plan_request *want, struct err *e)
{
	struct making m = {.plan = p, .project = project, .want = *want, .first = 1, .last = want->repeat};
	const char *const *only = want->only;
	int rc = 0;

	memset(p, 0, sizeof *p);
	arena_init(&p->arena);
	if (!only)
		rc = add_all(&m, e);
	for (; rc == 0 && only && *only; only++)
		rc = add_only(&m, want, *only, e);
	if (rc < 0 || p->count)
		return rc;
	err_set(e, ERR_USAGE, "nothing to run: no scenario, variant and board go together as asked");
	return err_hint(e, "`runtest list` shows which variants a scenario has, and for which boards a variant can be built");
}

void plan_finish(struct plan *p)
{
	arena_finish(&p->arena);
}
