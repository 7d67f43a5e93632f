#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "board/power/power.h"
#include "cli/command.h"
#include "util/cancel.h"
#include "util/clock.h"

/* ---- what can be done ---- */

static int say(const struct board_unit *u, enum power_state told, const struct power *p)
{
	printf("%s is %s%s\n", u->name, power_state_name(told),
	       p->ops->state ? "" : " (so it was told; this switch cannot be asked)");
	return 0;
}

static int on(const struct board_unit *u, struct power *p, struct err *e)
{
	return p->ops->on(p, e) < 0 ? -1 : say(u, POWER_ON, p);
}

static int off(const struct board_unit *u, struct power *p, struct err *e)
{
	return p->ops->off(p, e) < 0 ? -1 : say(u, POWER_OFF, p);
}

/* Until its charge is gone; a board that is switched on before goes on where it was. */
static int discharge(const struct board_unit *u, struct err *e)
{
	int64_t until = clock_ms() + board_unit_discharge_ms(u);
	struct pollfd p = {.fd = cancel_fd(), .events = POLLIN};
	int n;

	while ((n = poll(&p, 1, clock_poll_timeout(until))) < 0 && errno == EINTR)
		;
	return n > 0 ? err_set(e, ERR_CANCELLED, "stopped by a signal; %s is off", u->name) : 0;
}

static int cycle(const struct board_unit *u, struct power *p, struct err *e)
{
	if (p->ops->off(p, e) < 0 || discharge(u, e) < 0)
		return -1;
	return on(u, p, e);
}

static int state(const struct board_unit *u, struct power *p, struct err *e)
{
	enum power_state s;

	(void)u;
	if (power_state(p, &s, e) < 0)
		return -1;
	puts(power_state_name(s));
	return 0;
}

static const struct action {
	const char *name;
	int (*act)(const struct board_unit *u, struct power *p, struct err *e);
} actions[] = {{"on", on}, {"off", off}, {"cycle", cycle}, {"state", state}};

static const struct action *find_action(const char *name)
{
	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
		if (strcmp(name, actions[i].name) == 0)
			return &actions[i];
	return NULL;
}

/* ---- to whom ---- */

static const struct board_unit *find_unit(const struct project *p, const char *name, struct err *e)
{
	const struct board_unit *u = project_unit(p, name);
	const char *nearest;

	if (u && u->power)
		return u;
	if (u) {
		err_set(e, ERR_CONFIG, "board %s has no power section%s", u->name,
			u->kind->qemu ? ": it is a machine of QEMU, which lives as long as its session" : "");
		err_at(e, u->file, u->line, 0);
		if (!u->kind->qemu)
			err_hint(e, "docs/power.md shows one for each kind of switch");
		return NULL;
	}
	err_set(e, ERR_USAGE, "no board is called \"%s\"", name);
	nearest = names_nearest(project_board_names(p), name);
	if (nearest)
		err_hint(e, "did you mean \"%s\"?", nearest);
	else
		err_hint(e, "`runtest list boards` shows them");
	return NULL;
}

/* The one place in which the unit is ours: its lock is to be held from here to the end. */
static int act(const struct board_unit *u, const struct action *a, struct err *e)
{
	struct power *p = power_create(u);
	int rc;

	cancel_init();
	rc = a->act(u, p, e);

	power_destroy(p);
	return rc;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	const struct action *a;
	const struct board_unit *u;
	struct project p;
	struct err e = {0};
	int status;

	if (command_option(&command_power, argc, argv, ":", NULL) == '?')
		return 2;
	if (argc - optind != 2)
		return command_usage_error(&command_power, "expected a board unit and one of: on, off, cycle, state");
	a = find_action(argv[optind + 1]);
	if (!a)
		return command_usage_error(&command_power, "\"%s\": expected on, off, cycle or state", argv[optind + 1]);
	status = command_load_project(cli, &p, false);
	if (status == 0) {
		u = find_unit(&p, argv[optind], &e);
		status = u && act(u, a, &e) == 0 ? 0 : command_error(&e);
	}
	project_finish(&p);
	return status;
}

const struct command command_power = {
	.name = "power",
	.synopsis = "power UNIT on|off|cycle|state",
	.about = "switch a board by hand",
	.help = "Does what the unit's power section says (docs/power.md), and reads the state back where the switch can be\n"
		"asked: a switch that says something else than it was told is an error.\n"
		"\n"
		"  on, off   switch\n"
		"  cycle     off, wait for the discharge time of the unit or its kind, on\n"
		"  state     print what the switch says: on, off or unknown\n",
	.run = run,
};
