#include "plan/guess.h"

#include <string.h>

/* Medians of the sessions of this repository, rounded: what nobody wrote down in a scenario. */
enum {
	QEMU_BOOT_MS = 700,       /* exec of QEMU to the last line of a boot */
	HARDWARE_BOOT_MS = 20000, /* power-on, boot software, delivery of the image */
	STEP_MS = 10,             /* a line that is waited for, a text that is typed */
	SCRIPT_MS = 500,
};

struct guess {
	const struct board_unit *unit;
	struct variables known;
	int64_t limit_ms;
};

static int64_t boot_ms(const struct guess *g)
{
	return g->unit->kind->qemu ? QEMU_BOOT_MS : HARDWARE_BOOT_MS;
}

static int64_t times_of(const struct guess *g, const struct amount *a)
{
	int64_t value = a->number;

	for (size_t i = 0; a->parameter && i < g->known.count; i++)
		if (strcmp(g->known.items[i].name, a->parameter) == 0)
			value = g->known.items[i].value;
	return value > 0 ? value : 0;
}

static int64_t steps_ms(const struct guess *g, const struct step *steps, size_t count);

/* A product that would not fit is over the limit anyway. */
static int64_t repeated_ms(const struct guess *g, const struct step_repeat *r)
{
	int64_t once = steps_ms(g, r->steps, r->step_count), times = times_of(g, &r->times);

	return once > 0 && times > g->limit_ms / once ? g->limit_ms : once * times;
}

static int64_t step_ms(const struct guess *g, const struct step *s)
{
	switch (s->kind) {
	case STEP_WAIT:
		return s->wait_ms;
	case STEP_SETTLE:
		return s->settle_ms;
	case STEP_RESET:
		return boot_ms(g);
	case STEP_POWER:
		return boot_ms(g) + board_unit_discharge_ms(g->unit);
	case STEP_SCRIPT:
		return SCRIPT_MS;
	case STEP_REPEAT:
		return repeated_ms(g, &s->repeat);
	default:
		return STEP_MS;
	}
}

static int64_t steps_ms(const struct guess *g, const struct step *steps, size_t count)
{
	int64_t sum = 0;

	for (size_t i = 0; i < count && sum < g->limit_ms; i++)
		sum += step_ms(g, &steps[i]);
	return sum < g->limit_ms ? sum : g->limit_ms;
}

int64_t plan_guess_ms(const struct scenario *s, const struct board_unit *u, struct variables parameters)
{
	enum { NO_LIMIT_MS = 24 * 3600 * 1000 };
	struct guess g = {.unit = u, .known = parameters, .limit_ms = s->deadline_ms > 0 ? s->deadline_ms : NO_LIMIT_MS};
	int64_t sum = boot_ms(&g) + (u->kind->qemu ? 0 : board_unit_discharge_ms(u));

	for (size_t i = 0; i < s->phase_count && sum < g.limit_ms; i++)
		sum += steps_ms(&g, s->phases[i].steps, s->phases[i].step_count);
	return sum < g.limit_ms ? sum : g.limit_ms;
}
