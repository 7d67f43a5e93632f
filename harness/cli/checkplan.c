#include "cli/checkplan.h"

#include <string.h>

#include "util/mem.h"

void checks_init(struct checks *c, const struct project *project)
{
	memset(c, 0, sizeof *c);
	c->project = project;
	arena_init(&c->arena);
	arena_init(&c->all.arena);
	c->items = arena_alloc(&c->arena, (project->unit_count + 1) * sizeof *c->items);
	c->media = arena_printf(&c->arena, "%s/build/cache/media", project->root ? project->root : ".");
}

void checks_finish(struct checks *c)
{
	for (size_t i = 0; i < c->count; i++) {
		images_close(&c->items[i].given);
		plan_finish(&c->items[i].plan);
		foreign_close(&c->items[i].foreign);
	}
	images_close(&c->built);
	plan_finish(&c->all);
	arena_finish(&c->arena);
}

/* ---- the choice ---- */

static const char *explain(struct checks *c, const struct err *e)
{
	return arena_printf(&c->arena, "%s%s%s%s%s", e->where, e->where[0] ? ": " : "", e->what, e->hint[0] ? "; " : "", e->hint);
}

/* The first that can be: the scenario names them in the order of its choice. */
static void choose_job(struct checks *c, struct check *k)
{
	const char *skip = NULL;

	for (size_t i = 0; i < k->plan.count && !k->job; i++) {
		const struct job *j = &k->plan.jobs[i];

		if (j->unit != k->unit)
			continue;
		if (j->skip)
			skip = j->skip;
		else
			k->job = j;
	}
	if (!k->job)
		k->why = arena_printf(&c->arena, "%s; name an image that is known to be good with --image, or in the unit's section "
						 "`health`", skip ? skip : "no variant of the scenario " CHECK_SCENARIO " is for it");
}

static int plan_check(struct checks *c, struct check *k, const char *image, struct err *e)
{
	const char *const scenarios[] = {CHECK_SCENARIO, NULL}, *const boards[] = {k->unit->name, NULL};
	struct plan_request want = {.scenarios = scenarios, .boards = boards, .no_controls = true, .repeat = 1};
	struct foreign_files given = {.image = image};

	if (!given.image && k->unit->care)
		given.image = k->unit->care->image;
	if (given.image) {
		if (foreign_open(&k->foreign, &given, c->project, e) < 0 ||
		    foreign_check(&k->foreign, c->project, &want, e) < 0)
			return -1;
		want.image = &k->foreign.variant;
	}
	return plan_make(&k->plan, c->project, &want, e);
}

static void put_together(struct checks *c)
{
	c->all.jobs = arena_alloc(&c->arena, (c->count + 1) * sizeof *c->all.jobs);
	c->check_of = arena_alloc(&c->arena, (c->count + 1) * sizeof *c->check_of);
	for (size_t i = 0; i < c->count; i++)
		if (c->items[i].job) {
			c->check_of[c->all.count] = i;
			c->all.jobs[c->all.count++] = *c->items[i].job;
		}
}

void checks_plan(struct checks *c, const char *image)
{
	struct err e;

	for (size_t i = 0; i < c->count; i++) {
		struct check *k = &c->items[i];

		/* An empty plan is no error of this unit's: there is nothing for its kind, which choose_job tells. */
		if (plan_check(c, k, image, &e) < 0 && (k->foreign.path || !project_scenario(c->project, CHECK_SCENARIO)))
			k->why = explain(c, &e);
		else
			choose_job(c, k);
	}
	put_together(c);
}

/* ---- the images ---- */

/* Those that are built are built together; each given image is its unit's own. */
int checks_images(struct checks *c, struct err *e)
{
	struct plan to_build = {.jobs = arena_alloc(&c->arena, (c->all.count + 1) * sizeof *to_build.jobs)};
	size_t *place = arena_alloc(&c->arena, (c->all.count + 1) * sizeof *place);

	c->images = arena_alloc(&c->arena, (c->all.count + 1) * sizeof *c->images);
	for (size_t i = 0; i < c->all.count; i++) {
		struct check *k = &c->items[c->check_of[i]];

		if (k->foreign.path) {
			struct plan one = {.jobs = &c->all.jobs[i], .count = 1};

			images_given(&k->given, &one, c->project->root, &k->foreign);
			c->images[i] = k->given.by_job[0];
		} else {
			place[to_build.count] = i;
			to_build.jobs[to_build.count++] = c->all.jobs[i];
		}
	}
	if (to_build.count && images_build(&c->built, &to_build, c->project->root, IMAGES_PROGRESS, e) < 0)
		return -1;
	for (size_t i = 0; i < to_build.count; i++)
		c->images[place[i]] = c->built.by_job[i];
	return 0;
}
