#include "cli/comparison.h"

#include <stdlib.h>
#include <string.h>

const struct property properties[] = {
	{.name = "survives", .title = "code survives", .tag = "spine"},
	{.name = "reload", .title = "a restart reloads", .tag = "restart"},
	{.name = "held-twice-with-reload", .title = "held twice, with restarts", .tag = "restart", .fact = "held_twice",
	 .unit = " bytes"},
	{.name = "update", .title = "an update is possible", .tag = "update"},
	{.name = "held-twice", .title = "held twice, without", .tag = "contiguous", .fact = "held_twice", .unit = " bytes"},
	{.name = "contiguous-half", .title = "half of RAM in one block", .tag = "contiguous", .fact = "half", .unit = ""},
};

const size_t property_count = sizeof properties / sizeof properties[0];

/* ---- placements ---- */

static bool is_known(const struct comparison *c, const char *placement)
{
	for (size_t i = 0; i < c->placement_count; i++)
		if (strcmp(c->placements[i], placement) == 0)
			return true;
	return false;
}

static int by_line(const void *a, const void *b)
{
	return (*(const struct variant *const *)a)->line - (*(const struct variant *const *)b)->line;
}

static void find_placements(struct comparison *c, const struct project *p)
{
	const struct variant **sorted = xcalloc(p->variant_count, sizeof *sorted);

	for (size_t i = 0; i < p->variant_count; i++)
		sorted[i] = &p->variants[i];
	if (p->variant_count)
		qsort(sorted, p->variant_count, sizeof *sorted, by_line);
	c->placements = arena_alloc(&c->arena, (p->variant_count + 1) * sizeof *c->placements);
	for (size_t i = 0; i < p->variant_count; i++)
		if (sorted[i]->placement && !is_known(c, sorted[i]->placement))
			c->placements[c->placement_count++] = sorted[i]->placement;
	free(sorted);
}

/* ---- outcomes ---- */

static const char *fact_of(const struct session_result *s, const char *name)
{
	for (size_t i = 0; i < s->evidence.fact_count; i++)
		if (strcmp(s->evidence.facts[i].name, name) == 0)
			return s->evidence.facts[i].value;
	return NULL;
}

/* What the verdict says of the design. A verdict that nobody demanded is no answer, and is said as it is. */
static const char *text_of_verdict(struct arena *a, const struct session_result *s)
{
	switch (session_verdict(s)) {
	case VERDICT_PASS:
		return "yes";
	case VERDICT_EXPECTED_FAIL:
		return arena_printf(a, "no: %s", cause_name(s->cause));
	default:
		return arena_printf(a, "%s%s%s, not as demanded", verdict_name(session_verdict(s)), s->cause ? ": " : "",
				    cause_name(s->cause));
	}
}

/* NULL: the session does not tell of the property. */
static const char *text_of(struct arena *a, const struct property *p, const struct session_result *s)
{
	const char *fact = p->fact ? fact_of(s, p->fact) : NULL;

	if (session_verdict(s) == VERDICT_SKIPPED)
		return NULL;
	if (p->fact && verdict_is_ok(session_verdict(s)))
		return fact ? arena_printf(a, "%s%s", fact, p->unit) : NULL;
	return text_of_verdict(a, s);
}

static struct outcome *outcome_called(struct comparison *c, struct comparison_cell *cell, const char *text)
{
	for (size_t i = 0; i < cell->count; i++)
		if (strcmp(cell->outcomes[i].text, text) == 0)
			return &cell->outcomes[i];
	cell->outcomes = arena_grow(&c->arena, cell->outcomes, &cell->room, cell->count + 1, sizeof *cell->outcomes);
	cell->outcomes[cell->count] = (struct outcome){.text = text};
	return &cell->outcomes[cell->count++];
}

static void add_session(struct comparison *c, struct comparison_cell *cell, const struct property *p,
			const struct session_result *s)
{
	const char *text = text_of(&c->arena, p, s);
	struct outcome *o;

	if (!text)
		return;
	o = outcome_called(c, cell, text);
	o->sessions = arena_grow(&c->arena, o->sessions, &o->room, o->count + 1, sizeof *o->sessions);
	o->sessions[o->count++] = s;
}

/* ---- cells ---- */

static bool has_tag(const struct scenario *s, const char *tag)
{
	for (const char *const *t = s->tags; t && *t; t++)
		if (strcmp(*t, tag) == 0)
			return true;
	return false;
}

/* Sessions that must pass before controls, so that a cell begins with what the design gives. */
static void fill_cell(struct comparison *c, struct comparison_cell *cell, const struct project *p,
		      const struct run_record *r, const char *placement, const struct property *property)
{
	for (int controls = 0; controls < 2; controls++) {
		for (size_t i = 0; i < r->plan_count; i++) {
			const struct session_result *s = &r->sessions[i];
			const struct variant *v = s->variant ? project_variant(p, s->variant) : NULL;
			const struct scenario *sc = s->scenario ? project_scenario(p, s->scenario) : NULL;

			if (v && sc && v->placement && strcmp(v->placement, placement) == 0 && has_tag(sc, property->tag) &&
			    s->expected.control == (controls == 1))
				add_session(c, cell, property, s);
		}
	}
}

void comparison_make(struct comparison *c, const struct project *p, const struct run_record *r)
{
	*c = (struct comparison){.run = r->settings.run};
	arena_init(&c->arena);
	find_placements(c, p);
	c->cells = arena_alloc(&c->arena, (c->placement_count * property_count + 1) * sizeof *c->cells);
	for (size_t i = 0; i < c->placement_count; i++)
		for (size_t k = 0; k < property_count; k++)
			fill_cell(c, &c->cells[i * property_count + k], p, r, c->placements[i], &properties[k]);
}

void comparison_finish(struct comparison *c)
{
	arena_finish(&c->arena);
}
