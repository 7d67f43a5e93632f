#include "plan/target.h"

#include <fnmatch.h>
#include <string.h>

static bool means(const char *glob, const char *name)
{
	return fnmatch(glob, name, 0) == 0;
}

static bool means_unit_of(const struct project *p, const char *glob, const struct board_kind *k)
{
	for (size_t i = 0; i < p->unit_count; i++)
		if (p->units[i].kind == k && means(glob, p->units[i].name))
			return true;
	return false;
}

static bool is_pooled(const struct project *p, const char *const *globs, const struct board_kind *k)
{
	for (; globs && *globs; globs++)
		if (means(*globs, k->name) && !means_unit_of(p, *globs, k))
			return true;
	return false;
}

static const struct board_unit *const *units_of(const struct project *p, const struct board_kind *k, size_t *count,
						struct arena *a)
{
	const struct board_unit **units = arena_alloc(a, p->unit_count * sizeof *units);

	*count = 0;
	for (size_t i = 0; i < p->unit_count; i++)
		if (p->units[i].kind == k)
			units[(*count)++] = &p->units[i];
	return units;
}

static struct plan_target target_of_unit(const struct board_unit *u, struct arena *a)
{
	const struct board_unit **units = arena_alloc(a, sizeof *units);

	units[0] = u;
	return (struct plan_target){.board = u->name, .kind = u->kind, .units = units, .unit_count = 1};
}

static struct plan_target target_of_kind(const struct project *p, const struct board_kind *k, struct arena *a)
{
	struct plan_target t = {.board = k->name, .kind = k};

	t.units = units_of(p, k, &t.unit_count, a);
	return t;
}

/* Is it the first of its kind? A pool stands there. */
static bool is_first(const struct project *p, size_t unit)
{
	for (size_t i = 0; i < unit; i++)
		if (p->units[i].kind == p->units[unit].kind)
			return false;
	return true;
}

struct plan_targets plan_targets_of(const struct project *p, const char *const *globs, bool only_qemu, struct arena *a)
{
	/* Each unit by its name, and each unit's kind. */
	struct plan_targets t = {.items = arena_alloc(a, 2 * (p->unit_count + 1) * sizeof *t.items)};

	for (size_t i = 0; i < p->unit_count; i++) {
		const struct board_unit *u = &p->units[i];

		if (only_qemu && !u->kind->qemu)
			continue;
		if (is_first(p, i) && is_pooled(p, globs, u->kind))
			t.items[t.count++] = target_of_kind(p, u->kind, a);
		if (globs ? names_match(globs, u->name) : u->implied)
			t.items[t.count++] = target_of_unit(u, a);
	}
	return t;
}

bool plan_target_named(const struct project *p, const char *board, struct plan_target *t, struct arena *a)
{
	const struct board_unit *u = project_unit(p, board);
	const struct board_kind *k = u ? NULL : project_kind(p, board);

	memset(t, 0, sizeof *t);
	if (u)
		*t = target_of_unit(u, a);
	else if (k)
		*t = target_of_kind(p, k, a);
	return t->unit_count > 0;
}

int plan_targets_check(const struct project *p, const char *const *globs, struct err *e)
{
	for (; globs && *globs; globs++) {
		const char *const one[] = {*globs, NULL};
		struct arena scratch;
		size_t count;

		arena_init(&scratch);
		count = plan_targets_of(p, one, false, &scratch).count;
		arena_finish(&scratch);
		if (count)
			continue;
		err_set(e, ERR_USAGE, "no board is of kind %s: no file of boards/units describes one", *globs);
		return err_hint(e, "docs/add-your-board.md says how a board is added; `runtest list boards` shows those there are");
	}
	return 0;
}
