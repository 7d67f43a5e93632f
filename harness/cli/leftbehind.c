#include "cli/leftbehind.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "farm/powered.h"
#include "health/sweep.h"

static bool is_marked_by(const struct board_unit *u, const char *run)
{
	struct powered p;
	bool ours;

	if (powered_by(u->name, &p, NULL) <= 0)
		return false;
	ours = strcmp(p.by, run) == 0;
	powered_finish(&p);
	return ours;
}

static void switch_off(const struct board_unit *u)
{
	struct err e;
	char *text;

	if (sweep_unit(u, 0, 0, &text, &e) == SWEEP_FAILED) {
		if (!e.where[0])
			err_at(&e, u->name, 0, 0);
		command_error(&e);
	} else if (text) {
		fprintf(stderr, "%s %s\n", u->name, text);
	}
	free(text);
}

static void look_at(const struct board_unit *u, const char *run)
{
	if (!u->implied && u->power && is_marked_by(u, run))
		switch_off(u);
}

void left_behind_switch_off(const struct plan *plan, const char *run)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct job *j = &plan->jobs[i];

		look_at(j->unit, run);
		for (size_t k = 0; k < j->unit_count; k++)
			look_at(j->units[k], run);
	}
}
