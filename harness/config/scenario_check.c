#include "config/scenario_check.h"

#include <inttypes.h>
#include <string.h>

#include "config/project.h"
#include "config/read.h"
#include "match/watch.h"
#include "util/units.h"

void scenario_check_step(struct reader *r, void *record)
{
	struct step *s = record;
	struct err e = {0};

	if (s->expect.regex && s->compare.capture && watch_check_regex(s->expect.regex, s->compare.capture, &e) < 0) {
		reader_mistake(r, &s->compare.capture, "capture: the expected text has no group called \"%s\"",
			       s->compare.capture);
		reader_hint(r, "(?<%s>...) around the part to compare makes one", s->compare.capture);
	}
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

/* Moments are what memory's evidence is filed under: each name once in a boot, and "end" is the last look's. */
static void check_moment(struct reader *r, const struct witness_spec **seen, size_t *count,
			 const struct witness_spec *w)
{
	if (!w->moment)
		return;
	for (size_t i = 0; i < *count; i++) {
		if (same(seen[i]->moment, w->moment)) {
			reader_mistake(r, &w->moment, "there is a look at the moment \"%s\" already, on line %d",
				       w->moment, seen[i]->line);
			return;
		}
	}
	seen[(*count)++] = w;
}

static bool starts_anew(const struct step *s)
{
	return s->kind == STEP_RESET || s->kind == STEP_POWER;
}

static void check_moments(struct reader *r, const struct scenario *s)
{
	const struct witness_spec **seen;
	size_t most = s->finally_count, count = 0;

	for (size_t i = 0; i < s->phase_count; i++)
		most += s->phases[i].step_count;
	seen = arena_alloc(r->arena, most * sizeof *seen);
	for (size_t i = 0; i < s->phase_count; i++)
		for (size_t j = 0; j < s->phases[i].step_count; j++) {
			if (starts_anew(&s->phases[i].steps[j]))
				count = 0;
			check_moment(r, seen, &count, &s->phases[i].steps[j].witness);
		}
	for (size_t i = 0; i < s->finally_count; i++)
		check_moment(r, seen, &count, &s->finally[i]);
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

static void check_pds(struct reader *r, const struct scenario *s, const struct step *step)
{
	check_pd(r, s, "of", &step->compare.of);
	check_pd(r, s, "from", &step->cases.from);
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
		for (size_t j = 0; j < p->step_count; j++)
			check_pds(r, s, &p->steps[j]);
	}
	check_moments(r, s);
	check_demands(r, s);
}
