#include "config/scenario_check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "config/project.h"
#include "config/read.h"
#include "match/unless.h"
#include "match/watch.h"
#include "util/buf.h"
#include "util/template.h"
#include "util/units.h"

/* ---- texts ---- */

void scenario_check_compare(struct reader *r, void *record)
{
	const struct step_compare *c = record;
	bool with = reader_has(r, &c->with), is = reader_has(r, &c->is);

	if (with == is)
		reader_mistake(r, c, "%s in this comparison: expected exactly one of: with, is",
			       with ? "\"with\" and \"is\"" : "nothing to compare with");
	else if (with && c->with != COMPARE_HALF_OF_RAM && !reader_has(r, &c->of))
		reader_mistake(r, c, "missing key \"of\" in this comparison");
}

/* Variables stand for some number; what a regular expression is does not depend on which. */
static char *filled(const char *regex, struct variables in_scope)
{
	struct buf b;

	buf_init(&b);
	template_fill(&b, regex, strlen(regex), in_scope);
	return buf_steal(&b);
}

static void check_group(struct reader *r, const struct step *s, const char *key, const char *const *group,
			struct variables in_scope)
{
	char *regex = filled(s->expect.regex, in_scope);
	struct err e = {0};

	if (watch_check_regex(regex, *group, &e) < 0) {
		reader_mistake(r, group, "%s: the expected text has no group called \"%s\"", key, *group);
		reader_hint(r, "(?<%s>...) around the part to %s makes one", *group, key[0] == 'k' ? "keep" : "compare");
	}
	free(regex);
}

static void check_groups(struct reader *r, const struct step *s, struct variables in_scope)
{
	if (!s->expect.regex)
		return;
	if (s->compare.capture)
		check_group(r, s, "capture", &s->compare.capture, in_scope);
	for (const char *const *group = s->keep; group && *group; group++)
		check_group(r, s, "keep", group, in_scope);
}

/* `field` is where the text was written. */
static void check_variables(struct reader *r, const void *field, const char *text, size_t n, struct variables in_scope)
{
	size_t length;
	const char *name = text ? template_unknown(text, n, in_scope, &length) : NULL;

	if (!name)
		return;
	reader_mistake(r, field, "no variable called \"%.*s\" is known here", (int)length, name);
	reader_hint(r, "variables are the scenario's parameters, and what \"repeat\" counts \"as\" in its own steps");
}

static void check_amount(struct reader *r, const struct scenario *s, const struct amount *a)
{
	if (!a->parameter || scenario_parameter(s, a->parameter))
		return;
	reader_mistake(r, a, "the scenario has no parameter called \"%s\"", a->parameter);
}

static size_t length_of(const char *text)
{
	return text ? strlen(text) : 0;
}

static void check_texts(struct reader *r, const struct step *s, struct variables in_scope)
{
	struct variable size[] = {{"size", 1}};
	const char *command = s->file.command;

	check_variables(r, &s->expect, s->expect.regex, length_of(s->expect.regex), in_scope);
	check_variables(r, &s->unless, s->unless.text.regex, length_of(s->unless.text.regex), in_scope);
	check_variables(r, s, s->send, s->send_len, in_scope);
	check_variables(r, &s->compare.is, s->compare.is, length_of(s->compare.is), in_scope);
	check_variables(r, &s->file.command, command, length_of(command), (struct variables){size, 1});
	check_groups(r, s, in_scope);
}

/* Both are looked for at once, as one regular expression. */
static void check_unless(struct reader *r, const struct step *s)
{
	char *both;
	struct err e;

	if (!s->expect.regex || !s->unless.text.regex)
		return;
	both = unless_pattern(s->expect.regex, s->unless.text.regex);
	if (watch_check_regex(both, NULL, &e) < 0) {
		reader_mistake(r, &s->unless, "unless: its text cannot be looked for together with the expected one: %s",
			       e.what);
		reader_hint(r, "do both have a group of the same name?");
	}
	free(both);
}

/* A step by itself; what its texts mean is known when the scenario is. */
void scenario_check_step(struct reader *r, void *record)
{
	const struct step *s = record;

	if (s->kind == STEP_REPEAT && reader_has(r, &s->repeat.from) && !s->repeat.as)
		reader_mistake(r, &s->repeat.from, "from: expected none without \"as\"");
	if (s->kind == STEP_EXPECT && reader_has(r, &s->unless))
		check_unless(r, s);
	if (s->kind == STEP_WITNESS && reader_has(r, &s->unless) && s->witness.stop != WITNESS_STOP_GUEST)
		reader_mistake(r, &s->unless, "unless: a look for which the harness stops the machine waits for no text");
}

/* ---- time ---- */

/* `part` is longer than the `whole` it is in. */
static void check_fits(struct reader *r, const char *key, const int64_t *part, const char *whole_name, int64_t whole)
{
	char a[24], b[24];

	if (!whole || *part <= whole)
		return;
	reader_mistake(r, part, "%s: %s is longer than the %s's deadline of %s", key, units_duration_text(*part, a),
		       whole_name, units_duration_text(whole, b));
}

void scenario_check_phase(struct reader *r, void *record)
{
	const struct phase *p = record;
	int64_t waits = 0, longest = 0;
	char a[24], b[24];

	for (size_t i = 0; i < p->step_count; i++) {
		const struct step *s = &p->steps[i];

		check_fits(r, "within", &s->within_ms, "phase", p->deadline_ms);
		check_fits(r, "wait", &s->wait_ms, "phase", p->deadline_ms);
		check_fits(r, "settle", &s->settle_ms, "phase", p->deadline_ms);
		waits += s->wait_ms;
		if (s->wait_ms > longest)
			longest = s->wait_ms;
	}
	if (p->deadline_ms && longest <= p->deadline_ms && waits > p->deadline_ms)
		reader_mistake(r, &p->deadline_ms, "deadline: %s is shorter than the phase's waits, %s together",
			       units_duration_text(p->deadline_ms, a), units_duration_text(waits, b));
}

/* ---- names ---- */

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static void check_phase_name(struct reader *r, const struct scenario *s, const struct phase *p)
{
	for (const struct phase *other = s->phases; other < p; other++) {
		if (!same(other->name, p->name))
			continue;
		reader_mistake(r, &p->name, "phase: \"%s\" is there already, on line %d", p->name, other->line);
		return;
	}
}

/* The end comes once; a stop of the guest may come as often as it likes. */
static void check_last_looks(struct reader *r, const struct scenario *s)
{
	for (size_t i = 1; i < s->finally_count; i++)
		if (same(s->finally[i].moment, s->finally[0].moment))
			reader_mistake(r, &s->finally[i].moment, "there is a look at the moment \"%s\" already, on line %d",
				       s->finally[i].moment, s->finally[0].line);
	for (size_t i = 0; i < s->finally_count; i++)
		if (s->finally[i].demand == DEMAND_FRESH)
			reader_mistake(r, &s->finally[i].demand, "demand: at the end nothing is fresh from a restart");
}

/* ---- variants ---- */

static bool has_pd(const struct variant *v, const char *pd)
{
	for (size_t i = 0; i < v->elf_count; i++)
		if (same(v->elfs[i].role, "pd") && same(v->elfs[i].name, pd))
			return true;
	return false;
}

static bool some_variant_has(const struct reader *r, const struct scenario *s, const char *pd)
{
	const struct variant *v;

	for (size_t i = 0; i < s->variant_count; i++) {
		/* A name that leads nowhere is reported as such; who knows which PDs were meant. */
		v = s->variants[i].variant ? project_variant(r->project, s->variants[i].variant) : NULL;
		if (!v || has_pd(v, pd))
			return true;
	}
	return s->variant_count == 0;
}

/* `pd`, the value of a key, must be a protection domain of some variant. */
static void check_pd(struct reader *r, const struct scenario *s, const char *key, const char *const *pd)
{
	if (!*pd || some_variant_has(r, s, *pd))
		return;
	reader_mistake(r, pd, "%s: no variant of this scenario has a protection domain called \"%s\"", key, *pd);
	reader_hint(r, "they are the ELFs with \"role: pd\" in images/variants.yaml");
}

/* An update is sent to whatever variant runs: all must have it. */
static void check_update(struct reader *r, const struct scenario *s, const char *key, const char *const *name)
{
	for (size_t i = 0; i < s->variant_count && *name && !same(*name, UPDATE_NONE); i++) {
		const struct variant *v =
			s->variants[i].variant ? project_variant(r->project, s->variants[i].variant) : NULL;

		if (!v || variant_update(v, *name))
			continue;
		reader_mistake(r, name, "%s: the variant %s has no update called \"%s\"", key, v->name, *name);
		return;
	}
}

static void check_names(struct reader *r, const struct scenario *s, const struct step *step)
{
	check_pd(r, s, "of", &step->compare.of);
	check_pd(r, s, "of", &step->witness.of);
	check_pd(r, s, "from", &step->cases.from);
	check_pd(r, s, "pd", &step->holds.pd);
	check_update(r, s, "image", &step->holds.image);
	check_update(r, s, "file", &step->file.file);
}

/* ---- steps in their order ---- */

enum { VARIABLES_MAX = 64 };

/* What is known where a step stands. */
struct place_in {
	const struct scenario *scenario;
	struct variable variables[VARIABLES_MAX];
	size_t variable_count;
	bool looked; /* there was a look that a restart can be held against */
};

/* "fresh" is told from what was there before the restart: without that it would prove nothing. */
static void check_fresh(struct reader *r, struct place_in *at, const struct witness_spec *w)
{
	bool runs = w->regions & WITNESS_PD_RUN;

	if (w->demand == DEMAND_REPORT && runs)
		at->looked = true;
	if (w->demand != DEMAND_FRESH)
		return;
	if (!runs)
		reader_mistake(r, &w->demand, "demand: fresh is what the memory must be in which protection domains run: "
					      "expected \"pd-run\" among the regions");
	else if (!at->looked) {
		reader_mistake(r, &w->demand, "demand: fresh tells from what was there before the restart: "
					      "expected a look before it with \"demand: report\" at pd-run");
	}
	at->looked = false;
}

static void add_variable(struct place_in *at, const char *name)
{
	if (name && at->variable_count < VARIABLES_MAX)
		at->variables[at->variable_count++] = (struct variable){name, 1};
}

/* A guest that the tables have answered already does not hold any more when the look is taken. */
static void check_answered(struct reader *r, const struct scenario *s, const struct step *step)
{
	if (s->answers == ANSWERS_MARKERS && step->kind == STEP_WITNESS && step->witness.stop == WITNESS_STOP_GUEST)
		reader_mistake(r, &step->witness.stop,
			       "stop: the guest does not hold for a look in a scenario with \"answers: markers\"");
}

static void check_steps(struct reader *r, struct place_in *at, const struct step *steps, size_t count);

static void check_repeat(struct reader *r, struct place_in *at, const struct step *step)
{
	size_t outside = at->variable_count;

	for (size_t i = 0; i < outside && step->repeat.as; i++)
		if (same(at->variables[i].name, step->repeat.as))
			reader_mistake(r, &step->repeat.as, "as: a variable is called \"%s\" already", step->repeat.as);
	check_amount(r, at->scenario, &step->repeat.times);
	check_amount(r, at->scenario, &step->repeat.from);
	add_variable(at, step->repeat.as);
	check_steps(r, at, step->repeat.steps, step->repeat.step_count);
	at->variable_count = outside;
}

static void check_steps(struct reader *r, struct place_in *at, const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct step *step = &steps[i];

		check_names(r, at->scenario, step);
		check_texts(r, step, (struct variables){at->variables, at->variable_count});
		check_amount(r, at->scenario, &step->file.bytes);
		if (step->kind == STEP_WITNESS)
			check_fresh(r, at, &step->witness);
		check_answered(r, at->scenario, step);
		if (step->kind == STEP_RESET || step->kind == STEP_POWER)
			at->looked = false;
		if (step->kind == STEP_REPEAT)
			check_repeat(r, at, step);
	}
}

static void check_all_steps(struct reader *r, const struct scenario *s)
{
	struct place_in at = {.scenario = s};

	for (size_t i = 0; i < s->parameter_count; i++)
		add_variable(&at, s->parameters[i].name);
	for (size_t i = 0; i < s->phase_count; i++)
		check_steps(r, &at, s->phases[i].steps, s->phases[i].step_count);
}

/* Controls show that the scenario can fail; something must show that it can pass. */
static void check_demands(struct reader *r, const struct scenario *s)
{
	for (size_t i = 0; i < s->variant_count; i++)
		if (!s->variants[i].want.control)
			return;
	if (s->variant_count)
		reader_mistake(r, &s->variants, "variants: expected at least one variant that must pass");
}

void scenario_check(struct reader *r, void *record)
{
	const struct scenario *s = record;

	for (size_t i = 0; i < s->phase_count; i++) {
		const struct phase *p = &s->phases[i];

		check_fits(r, "deadline", &p->deadline_ms, "scenario", s->deadline_ms);
		check_phase_name(r, s, p);
	}
	if (s->any_image) {
		check_fits(r, "settle", &s->any_image->settle_ms, "scenario", s->deadline_ms);
		check_fits(r, "deadline", &s->any_image->deadline_ms, "scenario", s->deadline_ms);
	}
	check_fits(r, "boot-deadline", &s->boot_deadline_ms, "scenario", s->deadline_ms);
	check_all_steps(r, s);
	check_last_looks(r, s);
	check_demands(r, s);
}
