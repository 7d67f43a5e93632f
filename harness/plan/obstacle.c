#include "plan/obstacle.h"

#include <string.h>

#include "plan/capability.h"

static bool has(const char *const *list, const char *name)
{
	for (; *list; list++)
		if (strcmp(*list, name) == 0)
			return true;
	return false;
}

/* What all units of a kind have in common. */
static const char *obstacle_of_kind(const struct plan_choice *c, const char *config, struct arena *a)
{
	const char *variant = c->variant->name, *kind = c->target.kind->name;
	const char *because = variant_not_for(c->variant, kind);

	if (because)
		return arena_printf(a, "variant %s is not for board %s: %s", variant, kind, because);
	if (!names_match(c->variant->boards, kind))
		return arena_printf(a, "variant %s cannot be built for board %s", variant, kind);
	if (!scenario_is_for(c->scenario, kind))
		return arena_printf(a, "scenario %s is not for board %s", c->scenario->name, kind);
	if (c->variant->source.missing)
		return arena_printf(a, "variant %s: %s", variant, c->variant->source.missing);
	if (!has(c->variant->configs, config))
		return arena_printf(a, "variant %s has no configuration %s", variant, config);
	return sdk_obstacle(c->variant, c->target.kind, config, a);
}

/* A control proves something only where its cause can be shown. Why it cannot be, or NULL. */
static const char *blindness(const struct plan_choice *c, const struct board_unit *u, struct arena *a)
{
	if (!c->want.control || !cause_needs_memory(c->want.cause) || u->kind->qemu || u->memory)
		return NULL;
	return arena_printf(a, "board %s offers no memory witness, and nothing else can show %s", u->name,
			    cause_name(c->want.cause));
}

static const char *obstacle_of_unit(const struct plan_choice *c, const struct board_unit *u, struct arena *a)
{
	const char *because = capability_lacking(c->scenario, u, a);

	return because ? because : blindness(c, u, a);
}

enum { REASONS_SHOWN = 3 };

/* Each unit's reason, of many the first ones. */
static const char *obstacle_of_pool(const struct plan_choice *c, struct arena *a)
{
	const struct plan_target *t = &c->target;
	const char *text;

	if (t->unit_count == 1)
		return obstacle_of_unit(c, t->units[0], a);
	text = arena_printf(a, "none of the %zu units of kind %s can run it", t->unit_count, t->kind->name);
	for (size_t i = 0; i < t->unit_count && i < REASONS_SHOWN; i++)
		text = arena_printf(a, "%s%s %s", text, i ? ";" : ":", obstacle_of_unit(c, t->units[i], a));
	if (t->unit_count > REASONS_SHOWN)
		text = arena_printf(a, "%s; and so on", text);
	return text;
}

static size_t count_able(const struct plan_choice *c, struct arena *a)
{
	size_t n = 0;

	for (size_t i = 0; i < c->target.unit_count; i++)
		n += !obstacle_of_unit(c, c->target.units[i], a);
	return n;
}

static const struct board_unit *const *able_units(const struct plan_choice *c, size_t count, struct arena *a)
{
	const struct board_unit **able = arena_alloc(a, count * sizeof *able);
	size_t n = 0;

	for (size_t i = 0; i < c->target.unit_count; i++)
		if (!obstacle_of_unit(c, c->target.units[i], a))
			able[n++] = c->target.units[i];
	return able;
}

const char *plan_obstacle(struct plan_choice *c, const char *config, struct arena *a)
{
	const char *because = obstacle_of_kind(c, config, a);
	size_t able = because ? 0 : count_able(c, a);

	if (because)
		return because;
	if (!able)
		return obstacle_of_pool(c, a);
	if (able < c->target.unit_count)
		c->target.units = able_units(c, able, a);
	c->target.unit_count = able;
	return NULL;
}
