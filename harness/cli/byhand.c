#include "cli/byhand.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/mem.h"
#include "util/names.h"

/* ---- which unit ---- */

/* Machines that a QEMU kind is by itself are nothing to work on by hand. */
static const char *name_at(const void *ctx, size_t i)
{
	const struct project *p = ctx;

	return p->units[i].implied ? NULL : p->units[i].name;
}

/* "a, b, c", or NULL: of that kind; NULL: of any. */
static char *list_units(const struct project *p, const struct board_kind *kind)
{
	char *list = NULL, *longer;

	for (size_t i = 0; i < p->unit_count; i++) {
		if (p->units[i].implied || (kind && p->units[i].kind != kind))
			continue;
		longer = xasprintf("%s%s%s", list ? list : "", list ? ", " : "", p->units[i].name);
		free(list);
		list = longer;
	}
	return list;
}

static void hint_at_unit(const struct project *p, const char *name, struct err *e)
{
	const struct board_kind *kind = project_kind(p, name);
	const char *nearest = names_nearest((struct names){name_at, p, p->unit_count}, name);
	char *list = list_units(p, kind);

	if (!kind && nearest)
		err_hint(e, "did you mean \"%s\"?", nearest);
	else if (list)
		err_hint(e, "units%s%s: %s", kind ? " of the kind " : "", kind ? name : "", list);
	else
		err_hint(e, "%s is a file boards/units/NAME.yaml: docs/add-your-board.md", kind ? "a unit of this kind" : "a unit");
	free(list);
}

static int no_unit(const struct project *p, const struct board_unit *u, const char *name)
{
	struct err e;

	if (u) {
		err_set(&e, ERR_USAGE, "%s is a machine of QEMU: there is one for each session, while that runs", name);
		err_hint(&e, "`runtest run -v` shows what it says, and console.log of the session keeps it");
		return command_error(&e);
	}
	err_set(&e, ERR_USAGE, project_kind(p, name) ? "%s is a kind of boards, and no unit" : "no board unit is called %s", name);
	hint_at_unit(p, name, &e);
	return command_error(&e);
}

/* What is wrong with the other boards' files stops nobody who works on this one. */
int by_hand_find(struct by_hand *h, const struct command *c, const struct cli *cli, const char *unit)
{
	struct err_list errors;
	int status;

	memset(h, 0, sizeof *h);
	unit_lock_init(&h->lock);
	h->command = c;
	status = command_load_boards(cli, &h->project, &errors);
	h->unit = status ? NULL : project_unit(&h->project, unit);
	if (status == 0 && (!h->unit || h->unit->implied))
		status = no_unit(&h->project, h->unit, unit);
	else if (status == 0 && !project_unit_is_sound(h->unit, &errors))
		status = 2; /* that was said */
	err_list_finish(&errors);
	return status;
}

/* ---- its lock ---- */

void by_hand_tell_waiting(void *ctx, const struct lock_holder *holder)
{
	char *text = holder_text(holder);

	(void)ctx;
	fprintf(stderr, "runtest: waiting for board %s: %s\n", holder->unit, text);
	if (holder->console_log)
		fprintf(stderr, "  hint: `runtest console --watch %s` looks on meanwhile\n", holder->unit);
	free(text);
}

int64_t by_hand_patience(int64_t wait_ms)
{
	return wait_ms == BY_HAND_FOR_EVER ? INT64_MAX : wait_ms ? clock_ms() + wait_ms : 0;
}

int by_hand_take(struct by_hand *h, int64_t wait_ms, const char *console_log)
{
	char *what = xasprintf("by hand: runtest %s", h->command->name);
	const struct lock_purpose purpose = {.what = what, .console_log = console_log, .by_hand = true};
	struct err e;
	int rc = unit_lock_take(&h->lock, h->unit->name, &purpose, by_hand_patience(wait_ms), by_hand_tell_waiting,
				NULL, &e);

	free(what);
	return rc < 0 ? command_error(&e) : 0;
}

void by_hand_tell(struct by_hand *h, const char *console_log)
{
	char *what = xasprintf("by hand: runtest %s", h->command->name);

	/* Only words: without them the board is held all the same. */
	unit_lock_tell(&h->lock, &(struct lock_purpose){.what = what, .console_log = console_log, .by_hand = true}, NULL);
	free(what);
}

void by_hand_end(struct by_hand *h)
{
	unit_lock_release(&h->lock);
	project_finish(&h->project);
}
