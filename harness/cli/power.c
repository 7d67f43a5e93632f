#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "board/power/power.h"
#include "cli/byhand.h"
#include "cli/command.h"
#include "farm/powered.h"
#include "util/cancel.h"
#include "util/clock.h"

/* ---- what can be done ---- */

static int say(const struct board_unit *u, enum power_state told, const struct power *p)
{
	printf("%s is %s%s\n", u->name, power_state_name(told),
	       p->ops->state ? "" : " (so it was told; this switch cannot be asked)");
	return 0;
}

/* The mark first: whoever finds the board when we are no more must know that it has power. */
static int on(const struct by_hand *h, struct power *p, struct err *e)
{
	if (powered_mark(&h->lock, POWERED_BY_HAND, e) < 0 || p->ops->on(p, e) < 0)
		return -1;
	return say(h->unit, POWER_ON, p);
}

/* A mark stays where the switch cannot say that it is off: the next session switches it off once more, and listens. */
static int off(const struct by_hand *h, struct power *p, struct err *e)
{
	if (p->ops->off(p, e) < 0 || (p->ops->state && powered_clear(&h->lock, e) < 0))
		return -1;
	return say(h->unit, POWER_OFF, p);
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

static int cycle(const struct by_hand *h, struct power *p, struct err *e)
{
	if (p->ops->off(p, e) < 0 || discharge(h->unit, e) < 0)
		return -1;
	return on(h, p, e);
}

static int state(const struct by_hand *h, struct power *p, struct err *e)
{
	enum power_state s;

	(void)h;
	if (power_state(p, &s, e) < 0)
		return -1;
	puts(power_state_name(s));
	return 0;
}

static const struct action {
	const char *name;
	int (*act)(const struct by_hand *h, struct power *p, struct err *e);
	bool looks; /* and changes nothing: whoever has the board is not disturbed */
} actions[] = {{"on", on, false}, {"off", off, false}, {"cycle", cycle, false}, {"state", state, true}};

static const struct action *find_action(const char *name)
{
	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
		if (strcmp(name, actions[i].name) == 0)
			return &actions[i];
	return NULL;
}

/* ---- to whom ---- */

static int has_no_switch(const struct board_unit *u)
{
	struct err e;

	err_set(&e, ERR_CONFIG, "board %s has no power section", u->name);
	err_at(&e, u->file, u->line, 0);
	err_hint(&e, "docs/power.md shows one for each kind of switch");
	return command_error(&e);
}

static int act(struct by_hand *h, const struct action *a, int64_t wait_ms)
{
	struct power *p;
	struct err e;
	int status = 0;

	if (!h->unit->power)
		return has_no_switch(h->unit);
	if (!a->looks)
		status = by_hand_take(h, wait_ms, NULL);
	if (status)
		return status;
	p = power_create(h->unit);
	if (a->act(h, p, &e) < 0)
		status = command_error(&e);
	power_destroy(p);
	return status;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {{"no-wait", no_argument, NULL, 'W'},
						{"wait", required_argument, NULL, 'w'}, {0}};
	const struct action *a;
	int64_t wait_ms = BY_HAND_FOR_EVER;
	struct by_hand h;
	int option, status;

	while ((option = command_option(&command_power, argc, argv, ":", options)) != -1) {
		if (option == '?' || (option == 'w' && command_wait(&command_power, optarg, &wait_ms) != 0))
			return 2;
		if (option == 'W')
			wait_ms = 0;
	}
	if (argc - optind != 2)
		return command_usage_error(&command_power, "expected a board unit and one of: on, off, cycle, state");
	a = find_action(argv[optind + 1]);
	if (!a)
		return command_usage_error(&command_power, "\"%s\": expected on, off, cycle or state", argv[optind + 1]);
	cancel_init();
	status = by_hand_find(&h, &command_power, cli, argv[optind]);
	if (status == 0)
		status = act(&h, a, wait_ms);
	by_hand_end(&h);
	return status;
}

const struct command command_power = {
	.name = "power",
	.synopsis = "power [--wait TIME] UNIT on|off|cycle|state",
	.about = "switch a board by hand",
	.help = "Does what the unit's power section says (docs/power.md), and reads the state back where the switch can be\n"
		"asked: a switch that says something else than it was told is an error.\n"
		"\n"
		"  on, off   switch\n"
		"  cycle     off, wait for the discharge time of the unit or its kind, on\n"
		"  state     print what the switch says: on, off or unknown\n"
		"  --wait TIME  wait at most so long for a board that somebody else has or has reserved\n"
		"  --no-wait    do not wait at all\n"
		"\n"
		"The unit's lock is held meanwhile, except to ask for the state. A board that was switched on by\n"
		"hand is marked so (`runtest who`) until it is off for certain; the next session begins with that.\n"
		"\n"
		"Exit status: 0 done; 2 usage or configuration; 3 the switch; 4 the board was not to be had in that\n"
		"time; 130 and 143 cancelled.\n",
	.run = run,
};
