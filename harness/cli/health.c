/* runtest health: is a board unit fit for use, which part of it is not, and which were left on? */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/checkup.h"
#include "cli/command.h"
#include "cli/lefton.h"
#include "cli/shelf.h"
#include "cli/unitstats.h"
#include "health/sweep.h"
#include "util/cancel.h"
#include "util/units.h"

enum mode { MODE_CHECK, MODE_LEFT_ON, MODE_LIST, MODE_ASIDE, MODE_USE, MODE_STATS };

enum { MOST_JOBS = 1024, MOST_LAST = 1000000, LAST = 100 };

struct request {
	struct left_on_request left_on;
	struct checkup_request checkup;
	struct shelf_request shelf;
	struct unit_stats_request stats;
	enum mode mode;
	const char *mode_word; /* that chose it; NULL: none did */
	int64_t wait_ms;       /* -1: not said */
};

/* ---- the command line ---- */

static int take_time(const char *option, int64_t *ms)
{
	return units_duration_ms(optarg, ms) == 0 ? 0 :
		command_usage_error(&command_health, "%s takes a time such as 30s or 12h, not '%s'", option, optarg);
}

static int choose_mode(struct request *q, enum mode mode, const char *word)
{
	if (q->mode_word && q->mode != mode)
		return command_usage_error(&command_health, "%s and %s do not go together", q->mode_word, word);
	q->mode = mode;
	q->mode_word = word;
	return 0;
}

static int take_mode(struct request *q, int option)
{
	switch (option) {
	case 'L':
		return choose_mode(q, MODE_LEFT_ON, "--left-on");
	case 'l':
		return choose_mode(q, MODE_LIST, "--list");
	case 's':
		return choose_mode(q, MODE_STATS, "--stats");
	case 'u':
		return choose_mode(q, MODE_USE, "--use");
	default:
		q->shelf.why = optarg;
		if (!*optarg)
			return command_usage_error(&command_health, "--aside takes the reason, which others will read");
		return choose_mode(q, MODE_ASIDE, "--aside");
	}
}

static int take_value(struct request *q, int option)
{
	switch (option) {
	case 'H':
		return take_time("--hand-limit", &q->left_on.hand_limit_ms);
	case 'w':
		return take_time("--wait", &q->wait_ms);
	case 't':
		return take_time("--timeout", &q->checkup.timeout_ms);
	case 'j':
		return command_count(&command_health, "--jobs", optarg, MOST_JOBS, &q->checkup.at_once);
	case 'n':
		return command_count(&command_health, "--last", optarg, MOST_LAST, &q->stats.last);
	case 'i':
		q->checkup.image = optarg;
		return 0;
	case 'r':
		q->checkup.results = q->stats.results = optarg;
		return 0;
	default:
		return 2;
	}
}

static int take(struct request *q, int option)
{
	switch (option) {
	case 'J':
		q->checkup.json = true;
		return 0;
	case 'S':
		q->checkup.only_set_aside = true;
		return choose_mode(q, MODE_CHECK, "--set-aside");
	case 'v':
		q->checkup.verbose = true;
		return 0;
	case 'L':
	case 'l':
	case 's':
	case 'u':
	case 'a':
		return take_mode(q, option);
	default:
		return take_value(q, option);
	}
}

static int parse(struct request *q, int argc, char **argv)
{
	static const struct option options[] = {
		{"aside", required_argument, NULL, 'a'},   {"hand-limit", required_argument, NULL, 'H'},
		{"image", required_argument, NULL, 'i'},   {"jobs", required_argument, NULL, 'j'},
		{"json", no_argument, NULL, 'J'},          {"last", required_argument, NULL, 'n'},
		{"left-on", no_argument, NULL, 'L'},       {"list", no_argument, NULL, 'l'},
		{"results", required_argument, NULL, 'r'}, {"set-aside", no_argument, NULL, 'S'},
		{"stats", no_argument, NULL, 's'},         {"timeout", required_argument, NULL, 't'},
		{"use", no_argument, NULL, 'u'},           {"verbose", no_argument, NULL, 'v'},
		{"wait", required_argument, NULL, 'w'},    {0}};
	int option, status = 0;

	while (status == 0 && (option = command_option(&command_health, argc, argv, ":v", options)) != -1)
		status = take(q, option);
	q->left_on.units = q->checkup.units = q->shelf.units = q->stats.units = argv + optind;
	q->left_on.unit_count = q->checkup.unit_count = q->shelf.unit_count = q->stats.unit_count = (size_t)(argc - optind);
	q->left_on.wait_ms = q->wait_ms < 0 ? 0 : q->wait_ms;
	q->checkup.wait_ms = q->wait_ms;
	q->shelf.json = q->stats.json = q->checkup.json;
	return status;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct request q = {.left_on.hand_limit_ms = SWEEP_HAND_HOURS * INT64_C(3600000), .wait_ms = -1, .stats.last = LAST};
	int status = parse(&q, argc, argv);

	if (status)
		return status;
	cancel_init();
	switch (q.mode) {
	case MODE_LEFT_ON:
		return left_on_sweep(cli, &q.left_on);
	case MODE_LIST:
		return shelf_list(cli, &q.shelf);
	case MODE_STATS:
		return unit_stats_show(cli, &q.stats);
	case MODE_ASIDE:
		return shelf_set(cli, &q.shelf, HEALTH_SET_ASIDE);
	case MODE_USE:
		return shelf_set(cli, &q.shelf, HEALTH_UNKNOWN);
	default:
		return checkup_run(cli, &q.checkup);
	}
}

const struct command command_health = {
	.name = "health",
	.synopsis = "health [OPTION...] [UNIT...]",
	.about = "which boards are fit for use, which part of one is ill, which were left on",
	.help = "Boots an image that is known to be good on each unit (without UNIT: on every one that has a file in boards/units/), and\n"
		"says which part of it is ill: console, power, delivery, boot or memory; what was seen; and what to look at. A unit that\n"
		"is ill is set aside: pools of boards leave it out until a check finds it well. docs/health.md\n"
		"\n"
		"  --set-aside        check only units that are set aside: those found well are used again\n"
		"  --image FILE       boot this image, for boards that the project builds none for\n"
		"  --wait TIME        how long to wait for a unit that somebody has; without it: for ever\n"
		"  --timeout TIME     limit of each check\n"
		"  --jobs N           checks at a time (as many as there are units, and as QEMUs fit into this machine)\n"
		"  --results DIR      where checks are kept (results/health in the project's folder)\n"
		"  --json             for machines\n"
		"  -v, --verbose      what was seen of healthy units, too, and their consoles\n"
		"\n"
		"Without booting:\n"
		"  --list             what is known of each unit\n"
		"  --stats            figures of each unit from earlier runs: how often it booted, how long that took (median, and what\n"
		"                     95 in 100 do not exceed), how often a session ended infra. UNIT may be a QEMU kind\n"
		"  --last N           of the last N sessions of each unit (100)\n"
		"  --aside WHY UNIT   set it aside by hand, until somebody uses it again by hand\n"
		"  --use UNIT         use it again\n"
		"  --left-on          switch off the units that were left on, and that nobody has; quiet when there are none\n"
		"  --hand-limit TIME  those that a person switched on by hand are left alone for so long (12h)\n"
		"\n"
		"Exit status: 0 all healthy; 1 some are ill; 2 usage or configuration; 3 a check broke off, or with --left-on a board may\n"
		"still be on; 4 a unit was not free within --wait; 130 and 143 cancelled.\n",
	.run = run,
};
