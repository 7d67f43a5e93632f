#include "cli/resume.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

static const struct variant *find_variant(const struct project *project, const struct foreign *f, const char *name)
{
	const struct variant *v = project_variant(project, name);

	if (f->path)
		return &f->variant;
	return v ? v : project_mutant(project, name);
}

/* Any of the units that were planned and are still there. */
static void restore_units(struct job *j, const struct planned *p, const struct project *project, struct arena *a)
{
	const char *alone[] = {p->unit, NULL};
	const char *const *names = p->units && *p->units ? p->units : alone;
	const struct board_unit **units = NULL, *u;
	size_t room = 0;

	for (size_t i = 0; names[i]; i++) {
		u = project_unit(project, names[i]);
		if (!u)
			continue;
		units = arena_grow(a, units, &room, j->unit_count + 1, sizeof *units);
		units[j->unit_count++] = u;
	}
	j->units = units;
	j->unit = units ? units[0] : NULL;
}

int resume_job(struct job *j, const struct planned *p, const struct project *project, const struct resume *r,
	       struct arena *a, struct err *e)
{
	const char *const *set = r->record.settings.set;

	const struct scenario *sc = project_scenario(project, p->scenario);

	if (sc && r->foreign->path)
		sc = scenario_for_any_image(sc, a);
	*j = (struct job){
		.name = p->name,
		.scenario = sc,
		.variant = find_variant(project, r->foreign, p->variant),
		.board = p->unit,
		.config = p->config,
		.repeat = p->repeat,
		.want = p->expected,
		.skip = p->skip,
	};
	restore_units(j, p, project, a);
	if (j->scenario)
		j->parameters = parameters_of(j->scenario, set, a);
	if (j->scenario && j->variant && j->unit)
		return 0;
	err_set(e, ERR_USAGE, "the run planned %s, and the project no longer has its %s", p->name,
		!j->scenario ? "scenario" : !j->variant ? "variant" : "board");
	return err_hint(e, "start a new run instead");
}

/* A session that a signal or a crash cut off has no verdict of its own: it is run again. */
static bool concluded(const struct session_result *s)
{
	return s->verdict != VERDICT_NONE && s->verdict != VERDICT_CANCELLED;
}

int resume_open(struct resume *r, const struct run_options *o, const struct project *project, struct plan *plan,
		struct foreign *foreign, struct err *e)
{
	const struct run_record *record = &r->record;

	arena_init(&plan->arena);
	r->foreign = foreign;
	r->dir = run_resolve(o->results, o->resume, e);
	if (!r->dir)
		return -1;
	r->has_record = true;
	if (run_record_read(&r->record, r->dir, e) < 0)
		return -1;
	if (record->settings.image && foreign_reopen(foreign, &record->settings, project, e) < 0)
		return -1;
	plan->count = record->plan_count;
	plan->jobs = arena_alloc(&plan->arena, plan->count * sizeof *plan->jobs);
	r->done = xcalloc(plan->count, sizeof *r->done);
	for (size_t i = 0; i < plan->count; i++) {
		if (resume_job(&plan->jobs[i], &record->plan[i], project, r, &plan->arena, e) < 0)
			return -1;
		r->done[i] = concluded(&record->sessions[i]);
	}
	return 0;
}

void resume_close(struct resume *r)
{
	if (r->has_record)
		run_record_finish(&r->record);
	free(r->done);
	free(r->dir);
	memset(r, 0, sizeof *r);
}
