#include "sched/aside.h"

#include <stdlib.h>
#include <string.h>

#include "farm/health.h"
#include "util/clock.h"
#include "util/mem.h"

enum { LOOK_EVERY_MS = 1000 };

static struct aside_unit *find(struct aside *a, const struct board_unit *u)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->units[i].unit == u)
			return &a->units[i];
	a->units = xgrow(a->units, &a->room, a->count + 1, sizeof *a->units);
	a->units[a->count] = (struct aside_unit){.unit = u};
	return &a->units[a->count++];
}

static bool has_health(const struct board_unit *u)
{
	return !u->kind->qemu || u->qemu_serial;
}

/* Where there is no record to be had, nothing speaks against the unit. */
static void look(struct aside_unit *a)
{
	struct health_record h;
	struct err e;
	char *text;

	if (a->looked_ms && clock_ms() - a->looked_ms < LOOK_EVERY_MS)
		return;
	a->looked_ms = clock_ms();
	free(a->why);
	a->why = NULL;
	unit_health_read(a->unit->name, &h, &e);
	a->is_aside = h.state == HEALTH_SET_ASIDE;
	a->had_infra = h.infra_in_a_row > 0;
	if (a->is_aside) {
		text = health_text(&h);
		a->why = xasprintf("board %s is %s; `runtest health %s` tries it again", a->unit->name, text, a->unit->name);
		free(text);
	}
	health_finish(&h);
}

const char *aside_why(struct aside *a, const struct board_unit *u)
{
	struct aside_unit *unit;

	if (!has_health(u))
		return NULL;
	unit = find(a, u);
	look(unit);
	return unit->is_aside ? unit->why : NULL;
}

const char *aside_all(struct aside *a, const struct board_unit *const *units, size_t count)
{
	const char *why = NULL;

	for (size_t i = 0; i < count; i++)
		if (!(why = aside_why(a, units[i])))
			return NULL;
	return why;
}

bool aside_note(struct aside *a, const struct board_unit *u, bool infra, const char *why, const char *run)
{
	struct aside_unit *unit;
	struct err e;

	if (!has_health(u))
		return false;
	unit = find(a, u);
	look(unit);
	if (!infra && !unit->had_infra)
		return false; /* nothing would change: it is not worth a file for each session */
	unit->looked_ms = 0;
	return unit_health_note(u->name, infra, why, run, board_unit_set_aside_after(u), &e) == 1;
}

void aside_finish(struct aside *a)
{
	for (size_t i = 0; i < a->count; i++)
		free(a->units[i].why);
	free(a->units);
	memset(a, 0, sizeof *a);
}
