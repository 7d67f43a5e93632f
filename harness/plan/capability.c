#include "plan/capability.h"

/* The first step, in the order of the file, that something is typed in. */
static const struct step *first_typing(const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct step *s = &steps[i], *in = first_typing(s->repeat.steps, s->repeat.step_count);

		if (s->kind == STEP_SEND || s->kind == STEP_SCRIPT || s->kind == STEP_SEND_FILE ||
		    (s->kind == STEP_WITNESS && s->witness.stop == WITNESS_STOP_GUEST))
			return s;
		if (in)
			return in;
	}
	return NULL;
}

static const struct step *first_reset(const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct step *in = first_reset(steps[i].repeat.steps, steps[i].repeat.step_count);

		if (steps[i].kind == STEP_RESET)
			return &steps[i];
		if (in)
			return in;
	}
	return NULL;
}

static const struct step *first(const struct scenario *s,
				const struct step *(*find)(const struct step *steps, size_t count))
{
	const struct step *step = NULL;

	for (size_t i = 0; i < s->phase_count && !step; i++)
		step = find(s->phases[i].steps, s->phases[i].step_count);
	return step;
}

static const char *lacking_in_queue(const struct scenario *s, const struct board_unit *u, struct arena *a)
{
	const struct step *typing = first(s, first_typing), *reset = first(s, first_reset);

	if (typing)
		return arena_printf(a, "no input: board %s is behind a machine queue, which passes nothing on that is typed, and "
				       "scenario %s types (line %d of %s)%s", u->name, s->name, typing->line, s->file,
				    typing->kind == STEP_WITNESS ? ": who holds is let go by a byte" : "");
	if (reset)
		return arena_printf(a, "no reset: board %s is behind a machine queue, which switches it off and on and no more, and "
				       "scenario %s resets it (line %d of %s)", u->name, s->name, reset->line, s->file);
	return NULL;
}

/* Without a section that says how. */
static const char *lacking_reset(const struct scenario *s, const struct board_unit *u, struct arena *a)
{
	const struct step *reset = u->kind->qemu || u->reset ? NULL : first(s, first_reset);

	return reset ? arena_printf(a, "no reset: the file of board %s has no reset section, and scenario %s resets it (line %d of %s)",
				    u->name, s->name, reset->line, s->file) : NULL;
}

const char *capability_lacking(const struct scenario *s, const struct board_unit *u, struct arena *a)
{
	return u->mq ? lacking_in_queue(s, u, a) : lacking_reset(s, u, a);
}
